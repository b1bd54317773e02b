/* SPDX-License-Identifier: MIT */
/* Reading a Kbuild file, as far as it says which modules there are. */
#ifndef QUARRY_CMD_KBUILD_H
#define QUARRY_CMD_KBUILD_H

#include "build.h"

/**
 * kbuild_read - append the modules of a Kbuild file
 * @file: a Kbuild file or Makefile
 * @dir: the directory it stands for
 * @list: gets one target for each word of obj-m
 * Return: BUILD_OK, or BUILD_USAGE after a line on stderr.
 */
enum build_result kbuild_read(const char *file, const char *dir, struct build_list *list);

/* build.c */
/** build_add - append a target without sources; @name is copied */
struct build_target *build_add(struct build_list *list, const char *name);
/** build_add_source - @path is copied */
void build_add_source(struct build_target *t, const char *path);
/** build_add_flag - a compiler argument of this target; copied */
void build_add_flag(struct build_target *t, const char *flag);
/** build_say - a line on stderr */
void build_say(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
/** build_format - a string in memory of its own; ends the process when there is none */
char *build_format(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
/** build_grow - realloc() that ends the process when there is no memory */
void *build_grow(void *old, size_t size);

#endif
