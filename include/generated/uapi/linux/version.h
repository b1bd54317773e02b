/* SPDX-License-Identifier: MIT */
#ifndef _GENERATED_UAPI_LINUX_VERSION_H
#define _GENERATED_UAPI_LINUX_VERSION_H

#include <linux/version.h>

#endif
