#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

// Macros made of other macros or casts, and variadic functions, do not reach Swift.
static inline int copenssl_public_key_selection(void) { return EVP_PKEY_PUBLIC_KEY; }

static inline EVP_PKEY *copenssl_generate_ec(const char *group) { return EVP_EC_gen(group); }

static inline long copenssl_bio_bytes(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
