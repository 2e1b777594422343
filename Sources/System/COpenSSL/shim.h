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

// The builder keeps the pointers that it is given, names included, until it is asked for its parameters: string
// literals stay, a Swift string's buffer does not. `group` and `point` must live until then, too.
static inline int copenssl_push_rsa(OSSL_PARAM_BLD *builder, const BIGNUM *n, const BIGNUM *e) {
    return OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) &&
           OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
}

static inline int copenssl_push_ec(OSSL_PARAM_BLD *builder, const char *group, const void *point, size_t length) {
    return OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) &&
           OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, length);
}
