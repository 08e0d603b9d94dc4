/* Eight floats at a time. Whatever the machine offers, each operation gives the same bits: there is
 * no fused multiply-add, no reciprocal and no reassociation, so code that includes this may be
 * compiled for several instruction sets and one chosen at run time. Only inside such a file:
 * functions are static and are meant to be inlined. */
#ifndef SIM_CORE_LANES_H
#define SIM_CORE_LANES_H

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

enum { LANES = 8 };
typedef float lanes __attribute__((vector_size(4 * LANES)));
typedef int32_t lanes_mask __attribute__((vector_size(4 * LANES))); /* 0 or -1 each */

static inline lanes lanes_all(float value)
{
    return (lanes){ value, value, value, value, value, value, value, value };
}

/* 0, 1, 2 ... */
static inline lanes_mask lanes_numbers(void)
{
    return (lanes_mask){ 0, 1, 2, 3, 4, 5, 6, 7 };
}

static inline lanes lanes_load(const float *from)
{
    lanes v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void lanes_store(float *to, lanes v)
{
    memcpy(to, &v, sizeof v);
}

static inline lanes lanes_select(lanes_mask mask, lanes yes, lanes no)
{
#ifdef __AVX2__
    return (lanes)_mm256_blendv_ps((__m256)no, (__m256)yes, (__m256)mask);
#else
    return (lanes)((mask & (lanes_mask)yes) | (~mask & (lanes_mask)no));
#endif
}

/* a < b ? a : b, so b where one is not a number. */
static inline lanes lanes_min(lanes a, lanes b)
{
#ifdef __AVX2__
    return (lanes)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return lanes_select((lanes_mask)(a < b), a, b);
#endif
}

static inline lanes lanes_max(lanes a, lanes b)
{
#ifdef __AVX2__
    return (lanes)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return lanes_select((lanes_mask)(a > b), a, b);
#endif
}

static inline lanes lanes_sqrt(lanes a)
{
#ifdef __AVX2__
    return (lanes)_mm256_sqrt_ps((__m256)a);
#else
    for (int k = 0; k < LANES; k++)
        a[k] = __builtin_sqrtf(a[k]);
    return a;
#endif
}

/* Bit k is lane k. */
static inline uint32_t lanes_bits(lanes_mask mask)
{
#ifdef __AVX2__
    return (uint32_t)_mm256_movemask_ps((__m256)mask);
#else
    uint32_t bits = 0;
    for (int k = 0; k < LANES; k++)
        bits |= (uint32_t)(mask[k] & 1) << k;
    return bits;
#endif
}

/* Where to find the lanes of a mask: row `bits` lists its set bits first. */
struct lanes_table {
    int32_t from[1 << LANES][LANES];
};

static inline void lanes_table_init(struct lanes_table *table)
{
    for (int bits = 0; bits < 1 << LANES; bits++)
        for (int k = 0, n = 0; k < LANES; k++)
            if (bits >> k & 1)
                table->from[bits][n++] = k;
}

/* The lanes of `bits` to `to`, one after the other; may write up to LANES values. */
static inline void lanes_pack(float *to, lanes v, uint32_t bits, const struct lanes_table *table)
{
#ifdef __AVX2__
    __m256i from = _mm256_loadu_si256((const __m256i *)table->from[bits]);
    _mm256_storeu_ps(to, _mm256_permutevar8x32_ps((__m256)v, from));
#else
    float all[LANES];
    lanes_store(all, v);
    for (int k = 0; k < LANES; k++)
        to[k] = all[table->from[bits][k]];
#endif
}

#endif
