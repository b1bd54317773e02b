// SPDX-License-Identifier: MIT
/* A list of five objects, cut behind the first: nothing refers to the other four. */
#include <linux/module.h>
#include <linux/slab.h>

struct link {
	struct link *next;
	char text[40];
};

static struct link *head;
static bool cut = true;
module_param(cut, bool, 0);

static int __init lost_list_init(void)
{
	struct link *link;
	int i;

	for (i = 0; i < 5; i++) {
		link = kzalloc(sizeof(*link), GFP_KERNEL);
		if (!link)
			return -ENOMEM;
		link->next = head;
		head = link;
	}
	if (cut)
		head->next = NULL;
	return 0;
}

static void __exit lost_list_exit(void)
{
	struct link *link;

	while ((link = head)) {
		head = link->next;
		kfree(link);
	}
}

module_init(lost_list_init);
module_exit(lost_list_exit);
MODULE_DESCRIPTION("a list that is cut");
MODULE_LICENSE("GPL");
