/* SPDX-License-Identifier: MIT */
/* There is no network: only what code about memory takes from its header. */
#ifndef _LINUX_NET_H
#define _LINUX_NET_H

#include <linux/kernel.h>
#include <linux/once.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>

struct sk_buff;

extern struct ratelimit_state net_ratelimit_state;
/** net_ratelimit - may this be said now? One limit for all. Context: any. */
int net_ratelimit(void);

#define net_ratelimited_function(function, ...)				\
	do {								\
		if (net_ratelimit())					\
			function(__VA_ARGS__);				\
	} while (0)
#define net_emerg_ratelimited(fmt, ...)	net_ratelimited_function(pr_emerg, fmt, ##__VA_ARGS__)
#define net_alert_ratelimited(fmt, ...)	net_ratelimited_function(pr_alert, fmt, ##__VA_ARGS__)
#define net_crit_ratelimited(fmt, ...)	net_ratelimited_function(pr_crit, fmt, ##__VA_ARGS__)
#define net_err_ratelimited(fmt, ...)	net_ratelimited_function(pr_err, fmt, ##__VA_ARGS__)
#define net_notice_ratelimited(fmt, ...) net_ratelimited_function(pr_notice, fmt, ##__VA_ARGS__)
#define net_warn_ratelimited(fmt, ...)	net_ratelimited_function(pr_warn, fmt, ##__VA_ARGS__)
#define net_info_ratelimited(fmt, ...)	net_ratelimited_function(pr_info, fmt, ##__VA_ARGS__)

#endif
