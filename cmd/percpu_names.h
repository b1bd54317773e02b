/* SPDX-License-Identifier: MIT */
#ifndef QUARRY_CMD_PERCPU_NAMES_H
#define QUARRY_CMD_PERCPU_NAMES_H

/**
 * percpu_names_own - static per-CPU variables of an object file are its alone
 * @object: path; the file is changed
 * @part: which of the module's sources it was made of
 * @why: gets a few words when that fails
 * Return: 0 or -1.
 */
int percpu_names_own(const char *object, unsigned int part, const char **why);

#endif
