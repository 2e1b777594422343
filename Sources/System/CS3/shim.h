#pragma once

#include <dlfcn.h>
#include <libs3.h>

// libs3 is loaded when a store asks for it, not linked: it brings a second libcurl, GnuTLS and libxml2 into the process,
// and only an installation with a SigV2 store needs any of them.

struct cs3_library {
    __typeof__(&S3_initialize) initialize;
    __typeof__(&S3_get_status_name) status_name;
    __typeof__(&S3_generate_authenticated_query_string) presign;
    __typeof__(&S3_test_bucket) test_bucket;
    __typeof__(&S3_create_bucket) create_bucket;
    __typeof__(&S3_list_bucket) list_bucket;
    __typeof__(&S3_put_object) put_object;
    __typeof__(&S3_get_object) get_object;
    __typeof__(&S3_head_object) head_object;
    __typeof__(&S3_delete_object) delete_object;
};

// What a presigned URL may take, its end included.
enum { CS3_PRESIGNED_SIZE = S3_MAX_AUTHENTICATED_QUERY_STRING_SIZE };

// 1 when the library is there with everything above.
static inline int cs3_load(struct cs3_library *library) {
    void *handle = dlopen("libs3.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return 0;
    return (library->initialize = (__typeof__(&S3_initialize))dlsym(handle, "S3_initialize"))
        && (library->status_name = (__typeof__(&S3_get_status_name))dlsym(handle, "S3_get_status_name"))
        && (library->presign = (__typeof__(&S3_generate_authenticated_query_string))dlsym(
                handle, "S3_generate_authenticated_query_string"))
        && (library->test_bucket = (__typeof__(&S3_test_bucket))dlsym(handle, "S3_test_bucket"))
        && (library->create_bucket = (__typeof__(&S3_create_bucket))dlsym(handle, "S3_create_bucket"))
        && (library->list_bucket = (__typeof__(&S3_list_bucket))dlsym(handle, "S3_list_bucket"))
        && (library->put_object = (__typeof__(&S3_put_object))dlsym(handle, "S3_put_object"))
        && (library->get_object = (__typeof__(&S3_get_object))dlsym(handle, "S3_get_object"))
        && (library->head_object = (__typeof__(&S3_head_object))dlsym(handle, "S3_head_object"))
        && (library->delete_object = (__typeof__(&S3_delete_object))dlsym(handle, "S3_delete_object"));
}
