// Brings libcurl into Swift. It is opened when it is first needed: linked, it and the 20 libraries behind it would double
// the time that every command takes to start. Functions with variable arguments, which Swift cannot call, get a type each.
#ifndef WHICHSET_CCURL_SHIM_H
#define WHICHSET_CCURL_SHIM_H
// As in CLinux.
#pragma clang module import SwiftGlibc
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>
#include <stddef.h>

typedef struct {
  __typeof__(&curl_global_init) global_init;
  __typeof__(&curl_easy_init) easy_init;
  __typeof__(&curl_easy_cleanup) easy_cleanup;
  __typeof__(&curl_easy_setopt) easy_setopt;
  __typeof__(&curl_easy_getinfo) easy_getinfo;
  __typeof__(&curl_easy_strerror) easy_strerror;
  __typeof__(&curl_multi_init) multi_init;
  __typeof__(&curl_multi_cleanup) multi_cleanup;
  __typeof__(&curl_multi_setopt) multi_setopt;
  __typeof__(&curl_multi_add_handle) multi_add_handle;
  __typeof__(&curl_multi_remove_handle) multi_remove_handle;
  __typeof__(&curl_multi_perform) multi_perform;
  __typeof__(&curl_multi_poll) multi_poll;
  __typeof__(&curl_multi_info_read) multi_info_read;
  __typeof__(&curl_url) url;
  __typeof__(&curl_url_cleanup) url_cleanup;
  __typeof__(&curl_url_set) url_set;
  __typeof__(&curl_url_get) url_get;
  __typeof__(&curl_free) free;
} whichset_curl;

/// Opens the library and finds its functions; false without it, or if it is too old to have them. The C functions are
/// `dlopen` and `dlsym`.
static inline int whichset_curl_open(whichset_curl *curl) {
  // Debian's two builds, with OpenSSL, as elsewhere, and with GnuTLS.
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) return 0;
#define WHICHSET_FIND(name) \
  if (!(curl->name = (__typeof__(curl->name))dlsym(library, "curl_" #name))) return 0
  WHICHSET_FIND(global_init);
  WHICHSET_FIND(easy_init);
  WHICHSET_FIND(easy_cleanup);
  WHICHSET_FIND(easy_setopt);
  WHICHSET_FIND(easy_getinfo);
  WHICHSET_FIND(easy_strerror);
  WHICHSET_FIND(multi_init);
  WHICHSET_FIND(multi_cleanup);
  WHICHSET_FIND(multi_setopt);
  WHICHSET_FIND(multi_add_handle);
  WHICHSET_FIND(multi_remove_handle);
  WHICHSET_FIND(multi_perform);
  WHICHSET_FIND(multi_poll);
  WHICHSET_FIND(multi_info_read);
  WHICHSET_FIND(url);
  WHICHSET_FIND(url_cleanup);
  WHICHSET_FIND(url_set);
  WHICHSET_FIND(url_get);
  WHICHSET_FIND(free);
#undef WHICHSET_FIND
  return curl->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

/// The C function of these four is `curl_easy_setopt`.
static inline CURLcode whichset_curl_set_number(const whichset_curl *curl, void *easy, CURLoption option, long value) {
  return curl->easy_setopt(easy, option, value);
}
static inline CURLcode whichset_curl_set_text(const whichset_curl *curl, void *easy, CURLoption option, const char *value) {
  return curl->easy_setopt(easy, option, value);
}
static inline CURLcode whichset_curl_set_pointer(const whichset_curl *curl, void *easy, CURLoption option, void *value) {
  return curl->easy_setopt(easy, option, value);
}
typedef size_t (*whichset_curl_receiver)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode whichset_curl_set_receiver(const whichset_curl *curl, void *easy, CURLoption option,
                                                  whichset_curl_receiver receiver) {
  return curl->easy_setopt(easy, option, receiver);
}

/// The status of the last response; 0 without one. The C function is `curl_easy_getinfo`.
static inline long whichset_curl_status(const whichset_curl *curl, void *easy) {
  long status = 0;
  curl->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/// The C function is `curl_multi_setopt`.
static inline CURLMcode whichset_curl_set_many(const whichset_curl *curl, void *multi, CURLMoption option, long value) {
  return curl->multi_setopt(multi, option, value);
}

/// A transfer that has ended, and how; NULL if there is none. The C function is `curl_multi_info_read`.
static inline void *whichset_curl_ended(const whichset_curl *curl, void *multi, CURLcode *result) {
  int left;
  for (CURLMsg *message; (message = curl->multi_info_read(multi, &left));)
    if (message->msg == CURLMSG_DONE) {
      *result = message->data.result;
      return message->easy_handle;
    }
  return NULL;
}

static inline void *whichset_curl_easy(const whichset_curl *curl) { return curl->easy_init(); }
static inline void whichset_curl_end_easy(const whichset_curl *curl, void *easy) { curl->easy_cleanup(easy); }
static inline const char *whichset_curl_reason(const whichset_curl *curl, CURLcode code) {
  return curl->easy_strerror(code);
}
static inline void *whichset_curl_multi(const whichset_curl *curl) { return curl->multi_init(); }
static inline void whichset_curl_end_multi(const whichset_curl *curl, void *multi) { curl->multi_cleanup(multi); }
static inline CURLMcode whichset_curl_add(const whichset_curl *curl, void *multi, void *easy) {
  return curl->multi_add_handle(multi, easy);
}
static inline CURLMcode whichset_curl_remove(const whichset_curl *curl, void *multi, void *easy) {
  return curl->multi_remove_handle(multi, easy);
}
static inline CURLMcode whichset_curl_perform(const whichset_curl *curl, void *multi, int *running) {
  return curl->multi_perform(multi, running);
}
static inline CURLMcode whichset_curl_wait(const whichset_curl *curl, void *multi, int milliseconds) {
  return curl->multi_poll(multi, NULL, 0, milliseconds, NULL);
}

/// One part of an address; NULL if it has none, or is no address. It is freed by `whichset_curl_free`. The C functions are
/// `curl_url_set` and `curl_url_get`.
static inline char *whichset_curl_part(const whichset_curl *curl, const char *address, CURLUPart part) {
  char *text = NULL;
  CURLU *url = curl->url();
  if (!url) return NULL;
  if (curl->url_set(url, CURLUPART_URL, address, 0) != CURLUE_OK || curl->url_get(url, part, &text, 0) != CURLUE_OK)
    text = NULL;
  curl->url_cleanup(url);
  return text;
}
static inline void whichset_curl_free(const whichset_curl *curl, char *text) { curl->free(text); }

#endif
