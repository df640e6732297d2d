// Brings digests, keys and ciphers of OpenSSL's libcrypto into Swift.
#ifndef WHICHSET_CCRYPTO_SHIM_H
#define WHICHSET_CCRYPTO_SHIM_H
#include <openssl/evp.h>
#include <openssl/hmac.h>
#endif
