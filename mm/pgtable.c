// SPDX-License-Identifier: MIT
/*
 * Page tables of 2 to 5 levels. include/quarry/pgtable.h says what for, and its
 * "Concurrency" who may do what at the same time. Document 004: the master kernel table.
 *
 * Inside, an address is an index into the tree: without the sign extension, so that the
 * end of the address space is a number, too. Every operation goes down from the root, and
 * handles at each level the entries that [at, end) touches.
 *
 * T1  An entry is empty, a leaf of a level that may have leaves, or leads to a table of the
 *     level below that nothing else of this tree leads to.
 * T2  A change has two passes. The first makes the table pages that are missing, and splits
 *     large pages at the ends, which changes no translation; the second changes leaves and
 *     needs nothing. So there is no failure in the middle.
 * T3  A table is filled before an entry leads to it, and no entry leads to it before it is
 *     given back.
 * T4  In the shared part of a master that has spaces, an entry of the private level only
 *     goes from empty to one that leads to a table, and stays so. So copies are right or empty.
 * T5  Table pages go back when the tree goes, or when a large page takes their place.
 *
 * Nothing here knows a processor; nothing calls anything but the port's functions, so that
 * a port may use it before Quarry boots.
 */
#include <linux/errno.h>
#include <linux/types.h>

#include <quarry/config.h>
#include <quarry/pgtable.h>

#define PAGE	((uint64_t)QUARRY_PAGE_SIZE)
#define RIGHTS	(QUARRY_PROT_READ | QUARRY_PROT_WRITE | QUARRY_PROT_EXEC)

/* A change: what is to be there, and what has been there. */
struct change {
	struct quarry_pgtable *t;
	bool map;
	uint64_t pa;			/* of address 0, modulo 2^64 */
	unsigned int prot, flags;
	uint64_t lo, hi;		/* where translations were changed; hi 0: nowhere */
};

/* Geometry. */

/* Bytes that an entry maps. */
static uint64_t span_of(const struct quarry_pgtable *t, unsigned int level)
{
	return (uint64_t)1 << t->shift[level];
}

static unsigned int top_of(const struct quarry_pgtable *t)
{
	return t->format->levels - 1;
}

/* One behind the last address of the tree. */
static uint64_t size_of(const struct quarry_pgtable *t)
{
	return span_of(t, t->format->levels);
}

static unsigned int index_of(const struct quarry_pgtable *t, unsigned int level, uint64_t at)
{
	return at >> t->shift[level] & ((1u << t->format->bits[level]) - 1);
}

/* Where the part of [at, end) that the entry of @at maps ends. */
static uint64_t next_of(const struct quarry_pgtable *t, unsigned int level, uint64_t at,
			uint64_t end)
{
	uint64_t next = (at | (span_of(t, level) - 1)) + 1;

	return next < end ? next : end;
}

static uint64_t extend(const struct quarry_pgtable *t, uint64_t at)
{
	return t->format->sign_extended && at >= size_of(t) / 2 ? at | ~(size_of(t) - 1) : at;
}

/* An address as the tree's; false: the processor does not have it. */
static bool to_tree(const struct quarry_pgtable *t, uint64_t va, uint64_t *at)
{
	*at = va & (size_of(t) - 1);
	return extend(t, *at) == va;
}

/* The same for a range, which is not empty. */
static bool range_to_tree(const struct quarry_pgtable *t, uint64_t va, uint64_t bytes,
			  uint64_t *at, uint64_t *end)
{
	uint64_t last = va + bytes - 1;

	if (!bytes || va % PAGE || bytes % PAGE || last < va || !to_tree(t, va, at) ||
	    !to_tree(t, last, end) || *end - *at != bytes - 1)
		return false;		/* the last: it reaches over what the tree does not have */
	++*end;
	return true;
}

/* Entries. */

static void *entry_of(const struct quarry_pgtable *t, void *table, unsigned int i)
{
	return (char *)table + i * t->format->entry_bytes;
}

static uint64_t load(const struct quarry_pgtable *t, const void *entry)
{
	const uint32_t *half = entry;
	uint32_t low;

	if (t->format->entry_bytes == 4)
		return __atomic_load_n(half, __ATOMIC_ACQUIRE);
	if (sizeof(long) == 8)
		return __atomic_load_n((const unsigned long *)entry, __ATOMIC_ACQUIRE);
	low = __atomic_load_n(half, __ATOMIC_ACQUIRE);
	return low | (uint64_t)__atomic_load_n(half + 1, __ATOMIC_RELAXED) << 32;
}

/* The present bit is in the low half: it goes first and comes last. */
static void store(const struct quarry_pgtable *t, void *entry, uint64_t value)
{
	uint32_t *half = entry;

	if (t->format->entry_bytes == 4) {
		__atomic_store_n(half, (uint32_t)value, __ATOMIC_RELEASE);
	} else if (sizeof(long) == 8) {
		__atomic_store_n((unsigned long *)entry, (unsigned long)value, __ATOMIC_RELEASE);
	} else {
		if (__atomic_load_n(half, __ATOMIC_RELAXED) & t->format->present)
			__atomic_store_n(half, 0, __ATOMIC_RELEASE);
		__atomic_store_n(half + 1, (uint32_t)(value >> 32), __ATOMIC_RELEASE);
		__atomic_store_n(half, (uint32_t)value, __ATOMIC_RELEASE);
	}
}

static bool present(const struct quarry_pgtable *t, uint64_t entry)
{
	return entry & t->format->present;
}

static bool leads_down(const struct quarry_pgtable *t, unsigned int level, uint64_t entry)
{
	return present(t, entry) && level && !t->format->is_leaf(level, entry);
}

static void *below(const struct quarry_pgtable *t, unsigned int level, uint64_t entry)
{
	return t->ops->table_at(t->ctx, t->format->address(level, entry));
}

/* Is this table the master's, seen from a space? */
static bool is_borrowed(const struct quarry_pgtable *t, unsigned int level, uint64_t at)
{
	return t->master && at >= t->shared && level < t->format->private_level;
}

/* T4: may an entry be a leaf, or change if it is one? */
static bool is_fixed(const struct quarry_pgtable *t, unsigned int level, uint64_t at)
{
	return t->spaces && at >= t->shared && level >= t->format->private_level;
}

/* Table pages. */

static void *get_table(struct quarry_pgtable *t, unsigned int level, uint64_t *pa)
{
	void *table = t->ops->table_get(t->ctx, level, pa);

	t->tables += table != NULL;
	return table;
}

/* Gives a table back with those below it; @at is its first address. */
static void put_table(struct quarry_pgtable *t, unsigned int level, void *table, uint64_t pa,
		      uint64_t at)
{
	unsigned int i;

	for (i = 0; level && i < 1u << t->format->bits[level]; i++, at += span_of(t, level)) {
		uint64_t entry = load(t, entry_of(t, table, i));

		if (leads_down(t, level, entry) && !is_borrowed(t, level - 1, at))
			put_table(t, level - 1, below(t, level, entry),
				  t->format->address(level, entry), at);
	}
	t->ops->table_put(t->ctx, level, table, pa);
	t->tables--;
}

/* What was there is no longer, for somebody who has it cached. */
static void note(struct change *c, unsigned int level, uint64_t at)
{
	uint64_t start = at & ~(span_of(c->t, level) - 1), end = start + span_of(c->t, level);

	if (!c->hi || start < c->lo)
		c->lo = start;
	if (end > c->hi)
		c->hi = end;
}

static void flush(struct change *c)
{
	if (c->hi && c->t->ops->flush)
		c->t->ops->flush(c->t->ctx, extend(c->t, c->lo), c->hi - c->lo);
	c->lo = c->hi = 0;
}

/* Makes the table that an entry shall lead to: empty, or the pieces of a large page. */
static void *grow(struct change *c, unsigned int level, void *entry, uint64_t at)
{
	struct quarry_pgtable *t = c->t;
	uint64_t old = load(t, entry), pa, piece;
	unsigned int i, prot, flags;
	void *table = get_table(t, level - 1, &pa);

	if (!table)
		return NULL;
	if (present(t, old)) {
		t->format->decode(level, old, &prot, &flags);
		piece = t->format->address(level, old);
		for (i = 0; i < 1u << t->format->bits[level - 1]; i++) {
			store(t, entry_of(t, table, i),
			      t->format->leaf(t, level - 1, piece, prot, flags));
			piece += span_of(t, level - 1);
		}
		note(c, level, at);
	}
	store(t, entry, t->format->table(level, pa));	/* T3 */
	return table;
}

/* Changes. */

/* Is all that the entry maps in [at, next), the part of it that is to be changed? */
static bool is_whole(const struct quarry_pgtable *t, unsigned int level, uint64_t at,
		     uint64_t next)
{
	return next - at == span_of(t, level);
}

/* Shall the entry of [at, next) become a leaf? */
static bool wants_leaf(const struct change *c, unsigned int level, uint64_t at, uint64_t next)
{
	const struct quarry_pgtable *t = c->t;

	if (!level)
		return true;
	return is_whole(t, level, at, next) && c->flags & QUARRY_PGTABLE_LARGE &&
	       t->large >> level & 1 && !((c->pa + at) & (span_of(t, level) - 1)) &&
	       !is_fixed(t, level, at);
}

/*
 * Can all that the entry of [at, next) maps go, with nothing to be made or refused below?
 * Only below PAE's root may there be leaves that are fixed.
 */
static bool goes_whole(const struct change *c, unsigned int level, uint64_t at, uint64_t next,
		       uint64_t old)
{
	const struct quarry_pgtable *t = c->t;

	return !present(t, old) ||
	       (is_whole(t, level, at, next) &&
		(!leads_down(t, level, old) || level <= t->format->private_level));
}

/* T2, the first pass. */
static int prepare(struct change *c, unsigned int level, void *table, uint64_t at, uint64_t end)
{
	struct quarry_pgtable *t = c->t;
	uint64_t next;

	for (; at < end; at = next) {
		void *entry = entry_of(t, table, index_of(t, level, at)), *down;
		uint64_t old = load(t, entry);
		bool leaf = present(t, old) && !leads_down(t, level, old);
		int err;

		next = next_of(t, level, at, end);
		if (leaf && is_fixed(t, level, at))
			return -EBUSY;
		if (c->map ? wants_leaf(c, level, at, next) : goes_whole(c, level, at, next, old))
			continue;
		down = leads_down(t, level, old) ? below(t, level, old) : grow(c, level, entry, at);
		if (!down)
			return -ENOMEM;
		err = prepare(c, level - 1, down, at, next);
		if (err)
			return err;
	}
	return 0;
}

/* Makes a leaf of an entry, or makes it empty. */
static void replace(struct change *c, unsigned int level, void *entry, uint64_t at,
		    uint64_t value)
{
	struct quarry_pgtable *t = c->t;
	uint64_t old = load(t, entry), pa;
	void *table;

	if (old == value)
		return;
	store(t, entry, value);
	if (!present(t, old))
		return;
	note(c, level, at);
	if (leads_down(t, level, old)) {	/* T3 */
		flush(c);
		pa = t->format->address(level, old);
		table = t->ops->table_at(t->ctx, pa);
		put_table(t, level - 1, table, pa, at);
	}
}

/* T2, the second pass. */
static void commit(struct change *c, unsigned int level, void *table, uint64_t at, uint64_t end)
{
	struct quarry_pgtable *t = c->t;
	uint64_t next;

	for (; at < end; at = next) {
		void *entry = entry_of(t, table, index_of(t, level, at));
		uint64_t old = load(t, entry);

		next = next_of(t, level, at, end);
		if (c->map && wants_leaf(c, level, at, next))
			replace(c, level, entry, at,
				t->format->leaf(t, level, c->pa + at, c->prot, c->flags));
		else if (leads_down(t, level, old))
			commit(c, level - 1, below(t, level, old), at, next);
		else if (present(t, old))
			replace(c, level, entry, at, 0);
	}
}

static int change(struct change *c, uint64_t at, uint64_t end)
{
	struct quarry_pgtable *t = c->t;
	int err;

	if (t->master && end > t->shared)
		return -EINVAL;
	err = prepare(c, top_of(t), t->root, at, end);
	if (!err)
		commit(c, top_of(t), t->root, at, end);
	flush(c);
	return err;
}

int quarry_pgtable_map(struct quarry_pgtable *t, uint64_t va, uint64_t pa, uint64_t bytes,
		       unsigned int prot, unsigned int flags)
{
	struct change c = { .t = t, .map = true, .prot = prot | QUARRY_PROT_READ, .flags = flags };
	uint64_t at, end;

	if (!(prot & RIGHTS) || !range_to_tree(t, va, bytes, &at, &end) || pa % PAGE ||
	    pa + (bytes - 1) < pa || (pa + (bytes - 1)) >> t->phys_bits)
		return -EINVAL;
	c.pa = pa - at;
	return change(&c, at, end);
}

int quarry_pgtable_unmap(struct quarry_pgtable *t, uint64_t va, uint64_t bytes)
{
	struct change c = { .t = t };
	uint64_t at, end;

	if (!range_to_tree(t, va, bytes, &at, &end))
		return -EINVAL;
	return change(&c, at, end);
}

/* Looking. */

static void describe(const struct quarry_pgtable *t, unsigned int level, uint64_t at,
		     uint64_t entry, struct quarry_pgtable_leaf *leaf)
{
	leaf->va = extend(t, at & ~(span_of(t, level) - 1));
	leaf->pa = t->format->address(level, entry);
	leaf->bytes = span_of(t, level);
	leaf->level = level;
	t->format->decode(level, entry, &leaf->prot, &leaf->flags);
}

bool quarry_pgtable_lookup(const struct quarry_pgtable *t, uint64_t va,
			   struct quarry_pgtable_leaf *leaf)
{
	unsigned int level = top_of(t);
	void *table = t->root;
	uint64_t at, entry;

	if (!to_tree(t, va, &at))
		return false;
	for (;; level--) {
		entry = load(t, entry_of(t, table, index_of(t, level, at)));
		if (!leads_down(t, level, entry))
			break;
		table = below(t, level, entry);
	}
	if (!present(t, entry))
		return false;
	describe(t, level, at, entry, leaf);
	return true;
}

struct walk {
	const struct quarry_pgtable *t;
	int (*fn)(void *arg, const struct quarry_pgtable_leaf *leaf);
	void *arg;
};

static int walk(const struct walk *w, unsigned int level, void *table, uint64_t at, uint64_t end)
{
	const struct quarry_pgtable *t = w->t;
	struct quarry_pgtable_leaf leaf;
	uint64_t next, entry;
	int result = 0;

	for (; at < end && !result; at = next) {
		next = next_of(t, level, at, end);
		entry = load(t, entry_of(t, table, index_of(t, level, at)));
		if (leads_down(t, level, entry)) {
			result = walk(w, level - 1, below(t, level, entry), at, next);
		} else if (present(t, entry)) {
			describe(t, level, at, entry, &leaf);
			result = w->fn(w->arg, &leaf);
		}
	}
	return result;
}

int quarry_pgtable_walk(const struct quarry_pgtable *t, uint64_t va, uint64_t bytes,
			int (*fn)(void *arg, const struct quarry_pgtable_leaf *leaf), void *arg)
{
	struct walk w = { t, fn, arg };
	uint64_t at, end;

	if (!range_to_tree(t, va, bytes, &at, &end))
		return -EINVAL;
	return walk(&w, top_of(t), t->root, at, end);
}

/* Trees, and those that share. */

/* The table of the private level; @at is in the shared part, or the level is the root's. */
static void *private_table(const struct quarry_pgtable *t, uint64_t at)
{
	void *table = t->root;
	unsigned int level;

	for (level = top_of(t); level > t->format->private_level; level--)
		table = below(t, level, load(t, entry_of(t, table, index_of(t, level, at))));
	return table;
}

int quarry_pgtable_init(struct quarry_pgtable *t, const struct quarry_pgtable_format *format,
			const struct quarry_pgtable_ops *ops, void *ctx, uint64_t shared)
{
	struct change c = { .t = t };
	unsigned int i;

	*t = (struct quarry_pgtable){
		.format = format, .ops = ops, .ctx = ctx, .large = format->large,
		.phys_bits = format->phys_bits, .no_exec = format->no_exec,
		.shared = QUARRY_PGTABLE_UNSHARED,
	};
	t->shift[0] = QUARRY_PAGE_SHIFT;
	for (i = 0; i < format->levels; i++)
		t->shift[i + 1] = t->shift[i] + format->bits[i];
	if (shared != QUARRY_PGTABLE_UNSHARED &&
	    (!to_tree(t, shared, &t->shared) ||
	     t->shared % span_of(t, format->private_level)))
		return -EINVAL;
	t->root = get_table(t, top_of(t), &t->root_pa);
	if (!t->root)
		return -ENOMEM;
	for (i = 0; format->fixed_root && i < 1u << format->bits[top_of(t)]; i++) {
		if (!grow(&c, top_of(t), entry_of(t, t->root, i), 0)) {
			put_table(t, top_of(t), t->root, t->root_pa, 0);
			return -ENOMEM;
		}
	}
	return 0;
}

int quarry_pgtable_space_init(struct quarry_pgtable *space, struct quarry_pgtable *master)
{
	const unsigned int level = master->format->private_level;
	uint64_t at, entry;
	int err;

	if (master->shared == QUARRY_PGTABLE_UNSHARED || master->master)
		return -EINVAL;
	err = quarry_pgtable_init(space, master->format, master->ops, master->ctx,
				  extend(master, master->shared));
	if (err)
		return err;
	space->large = master->large;
	space->phys_bits = master->phys_bits;
	space->no_exec = master->no_exec;
	space->master = master;
	for (at = space->shared; at < size_of(space); at += span_of(space, level)) {
		unsigned int i = index_of(space, level, at);

		entry = load(master, entry_of(master, private_table(master, at), i));
		if (present(master, entry))
			store(space, entry_of(space, private_table(space, at), i), entry);
	}
	master->spaces++;
	return 0;
}

int quarry_pgtable_destroy(struct quarry_pgtable *t)
{
	if (t->spaces)
		return -EBUSY;
	put_table(t, top_of(t), t->root, t->root_pa, 0);
	if (t->master)
		t->master->spaces--;
	t->root = NULL;
	return 0;
}

enum quarry_pgtable_fault quarry_pgtable_fault(struct quarry_pgtable *space, uint64_t va)
{
	const struct quarry_pgtable *master = space->master;
	const unsigned int level = space->format->private_level;
	struct quarry_pgtable_leaf leaf;
	void *mine;
	uint64_t at, entry;
	unsigned int i;

	if (!master || !to_tree(space, va, &at) || at < space->shared ||
	    !quarry_pgtable_lookup(master, va, &leaf))
		return QUARRY_PGTABLE_NOTHING;
	i = index_of(space, level, at);
	mine = entry_of(space, private_table(space, at), i);
	if (present(space, load(space, mine)))
		return QUARRY_PGTABLE_THERE;
	/* T4: as it was present, it is what it will be. */
	entry = load(master, entry_of(master, private_table(master, at), i));
	store(space, mine, entry);
	return QUARRY_PGTABLE_COPIED;
}

/* Checks. */

struct check {
	const struct quarry_pgtable *t;
	unsigned long tables;
	const char *wrong;
};

static const char *check_entry(const struct quarry_pgtable *t, unsigned int level, uint64_t at,
			       uint64_t entry)
{
	uint64_t pa = t->format->address(level, entry);

	if (pa >> t->phys_bits)
		return "an entry leads behind the physical addresses";
	if (leads_down(t, level, entry))
		return below(t, level, entry) ? NULL : "an entry leads to no table";
	if (!(t->large >> level & 1))
		return "a leaf in a level that has none";
	if (pa & (span_of(t, level) - 1))
		return "a large page that is not aligned";
	return NULL;
}

static void check_table(struct check *c, unsigned int level, void *table, uint64_t at)
{
	const struct quarry_pgtable *t = c->t;
	unsigned int i;

	c->tables++;
	for (i = 0; i < 1u << t->format->bits[level] && !c->wrong; i++, at += span_of(t, level)) {
		uint64_t entry = load(t, entry_of(t, table, i)), original;

		if (t->master && at >= t->shared && level == t->format->private_level) {
			original = load(t, entry_of(t, private_table(t->master, at), i));
			if (present(t, entry) && entry != original)
				c->wrong = "a copy that is not what the master has";
		}
		if (!present(t, entry)) {
			if (entry)
				c->wrong = "an empty entry is not 0";
			continue;
		}
		c->wrong = c->wrong ?: check_entry(t, level, at, entry);
		if (!c->wrong && leads_down(t, level, entry) && !is_borrowed(t, level - 1, at))
			check_table(c, level - 1, below(t, level, entry), at);
	}
}

const char *quarry_pgtable_validate(const struct quarry_pgtable *t)
{
	struct check c = { .t = t };

	check_table(&c, top_of(t), t->root, 0);
	if (!c.wrong && c.tables != t->tables)
		c.wrong = "the number of table pages is not what it was made of";
	return c.wrong;
}
