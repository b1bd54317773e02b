/* SPDX-License-Identifier: MIT */
/* 2.6: semaphores, before they had a header in linux/. */
#include <linux/semaphore.h>
