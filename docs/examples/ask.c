/* Asks whichsetd which datasets images are in, with hiredis; all questions are sent before the first answer is read.
   cc ask.c -o ask $(pkg-config --cflags --libs hiredis)
   usage: ./ask SOCKET IDENTIFIER... */
#include <hiredis/hiredis.h>
#include <stdio.h>

int main(int argc, char **argv) {
  redisContext *daemon = argc > 1 ? redisConnectUnix(argv[1]) : NULL;
  if (!daemon || daemon->err) {
    fprintf(stderr, "%s\n", daemon ? daemon->errstr : "usage: ask SOCKET IDENTIFIER...");
    return 1;
  }
  for (int i = 2; i < argc; i++) redisAppendCommand(daemon, "SMEMBERS %s", argv[i]);
  for (int i = 2; i < argc; i++) {
    redisReply *reply;
    if (redisGetReply(daemon, (void **)&reply) != REDIS_OK || reply->type == REDIS_REPLY_ERROR) {
      fprintf(stderr, "%s\n", daemon->err ? daemon->errstr : reply->str);
      return 1;
    }
    printf("%s:", argv[i]);
    for (size_t k = 0; k < reply->elements; k++) printf("%s %s", k ? "," : "", reply->element[k]->str);
    printf("%s\n", reply->elements ? "" : " in no dataset");
    freeReplyObject(reply);
  }
  redisFree(daemon);
  return 0;
}
