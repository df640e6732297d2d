# Asks whichsetd which datasets images are in, with Redis.pm.
# usage: perl ask.pl SOCKET IDENTIFIER...
use strict;
use warnings;
use Redis;

my $client = Redis->new(sock => shift);
my @answers = eval { $client->mget(@ARGV) };
die $@ if $@;
for my $identifier (@ARGV) {
    my $slugs = shift @answers;
    print "$identifier: ", defined $slugs ? join(', ', split /,/, $slugs) : 'in no dataset', "\n";
}
