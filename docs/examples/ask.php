<?php
// Asks whichsetd which datasets images are in, with phpredis.
// usage: php ask.php SOCKET IDENTIFIER...
$client = new Redis();
$client->connect($argv[1]);
foreach (array_slice($argv, 2) as $identifier) {
    $slugs = $client->sMembers($identifier);
    if ($slugs === false) {
        fwrite(STDERR, $client->getLastError() . "\n");
        exit(1);
    }
    sort($slugs);
    echo "$identifier: ", $slugs ? implode(', ', $slugs) : 'in no dataset', "\n";
}
