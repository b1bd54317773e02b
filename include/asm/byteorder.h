/* SPDX-License-Identifier: MIT */
#ifndef _ASM_BYTEORDER_H
#define _ASM_BYTEORDER_H

#include <linux/types.h>
#include <linux/swab.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#ifndef __LITTLE_ENDIAN
#define __LITTLE_ENDIAN		1234
#endif
#define __LITTLE_ENDIAN_BITFIELD
#define __quarry_le(bits, x)	(x)
#define __quarry_be(bits, x)	__swab##bits(x)
#else
#ifndef __BIG_ENDIAN
#define __BIG_ENDIAN		4321
#endif
#define __BIG_ENDIAN_BITFIELD
#define __quarry_le(bits, x)	__swab##bits(x)
#define __quarry_be(bits, x)	(x)
#endif

#define cpu_to_le16(x)	((__le16)__quarry_le(16, (u16)(x)))
#define le16_to_cpu(x)	((u16)__quarry_le(16, (__le16)(x)))
#define cpu_to_le16p(p)	cpu_to_le16(*(p))
#define le16_to_cpup(p)	le16_to_cpu(*(p))
#define cpu_to_le16s(p)	((void)(*(p) = cpu_to_le16(*(p))))
#define le16_to_cpus(p)	((void)(*(p) = le16_to_cpu(*(p))))
#define le16_add_cpu(p, v)	((void)(*(p) = cpu_to_le16(le16_to_cpu(*(p)) + (v))))
#define cpu_to_be16(x)	((__be16)__quarry_be(16, (u16)(x)))
#define be16_to_cpu(x)	((u16)__quarry_be(16, (__be16)(x)))
#define cpu_to_be16p(p)	cpu_to_be16(*(p))
#define be16_to_cpup(p)	be16_to_cpu(*(p))
#define cpu_to_be16s(p)	((void)(*(p) = cpu_to_be16(*(p))))
#define be16_to_cpus(p)	((void)(*(p) = be16_to_cpu(*(p))))
#define be16_add_cpu(p, v)	((void)(*(p) = cpu_to_be16(be16_to_cpu(*(p)) + (v))))
#define cpu_to_le32(x)	((__le32)__quarry_le(32, (u32)(x)))
#define le32_to_cpu(x)	((u32)__quarry_le(32, (__le32)(x)))
#define cpu_to_le32p(p)	cpu_to_le32(*(p))
#define le32_to_cpup(p)	le32_to_cpu(*(p))
#define cpu_to_le32s(p)	((void)(*(p) = cpu_to_le32(*(p))))
#define le32_to_cpus(p)	((void)(*(p) = le32_to_cpu(*(p))))
#define le32_add_cpu(p, v)	((void)(*(p) = cpu_to_le32(le32_to_cpu(*(p)) + (v))))
#define cpu_to_be32(x)	((__be32)__quarry_be(32, (u32)(x)))
#define be32_to_cpu(x)	((u32)__quarry_be(32, (__be32)(x)))
#define cpu_to_be32p(p)	cpu_to_be32(*(p))
#define be32_to_cpup(p)	be32_to_cpu(*(p))
#define cpu_to_be32s(p)	((void)(*(p) = cpu_to_be32(*(p))))
#define be32_to_cpus(p)	((void)(*(p) = be32_to_cpu(*(p))))
#define be32_add_cpu(p, v)	((void)(*(p) = cpu_to_be32(be32_to_cpu(*(p)) + (v))))
#define cpu_to_le64(x)	((__le64)__quarry_le(64, (u64)(x)))
#define le64_to_cpu(x)	((u64)__quarry_le(64, (__le64)(x)))
#define cpu_to_le64p(p)	cpu_to_le64(*(p))
#define le64_to_cpup(p)	le64_to_cpu(*(p))
#define cpu_to_le64s(p)	((void)(*(p) = cpu_to_le64(*(p))))
#define le64_to_cpus(p)	((void)(*(p) = le64_to_cpu(*(p))))
#define le64_add_cpu(p, v)	((void)(*(p) = cpu_to_le64(le64_to_cpu(*(p)) + (v))))
#define cpu_to_be64(x)	((__be64)__quarry_be(64, (u64)(x)))
#define be64_to_cpu(x)	((u64)__quarry_be(64, (__be64)(x)))
#define cpu_to_be64p(p)	cpu_to_be64(*(p))
#define be64_to_cpup(p)	be64_to_cpu(*(p))
#define cpu_to_be64s(p)	((void)(*(p) = cpu_to_be64(*(p))))
#define be64_to_cpus(p)	((void)(*(p) = be64_to_cpu(*(p))))
#define be64_add_cpu(p, v)	((void)(*(p) = cpu_to_be64(be64_to_cpu(*(p)) + (v))))
#define htons(x)		cpu_to_be16(x)
#define htonl(x)		cpu_to_be32(x)
#define ntohs(x)		be16_to_cpu(x)
#define ntohl(x)		be32_to_cpu(x)

#endif
