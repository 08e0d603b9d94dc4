/* Sixteen or eight floats at a time. Whatever the machine offers, each operation gives the same
 * bits: there is no fused multiply-add, no reciprocal and no reassociation, so code that includes
 * this may be compiled for several instruction sets and one chosen at run time. How many lanes
 * there are must not matter to it: what it keeps of many, it keeps in their order, and what it
 * makes one of many does not hang on an order. Only inside such a file: functions are static and
 * are meant to be inlined. */
#ifndef SIM_CORE_LANES_H
#define SIM_CORE_LANES_H

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

#ifdef __AVX512F__
enum { LANES = 16 };
typedef __mmask16 lanes_mask;
#else
enum { LANES = 8 };
typedef int32_t lanes_mask __attribute__((vector_size(4 * LANES))); /* 0 or -1 each */
#endif
typedef float lanes __attribute__((vector_size(4 * LANES)));
typedef int32_t lanes_int __attribute__((vector_size(4 * LANES)));

static inline lanes lanes_all(float value)
{
#ifdef __AVX512F__
    return (lanes)_mm512_set1_ps(value);
#else
    return (lanes){ value, value, value, value, value, value, value, value };
#endif
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

static inline lanes_int lanes_int_load(const uint32_t *from)
{
    lanes_int v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline lanes lanes_of_int(lanes_int v)
{
    return __builtin_convertvector(v, lanes);
}

/* The first n lanes; none below 0, all from LANES on. */
static inline lanes_mask lanes_first(int32_t n)
{
#ifdef __AVX512F__
    return (lanes_mask)((1u << (n < 0 ? 0 : n > LANES ? LANES : n)) - 1);
#else
    return (lanes_mask){ 0, 1, 2, 3, 4, 5, 6, 7 } < n;
#endif
}

/* False where one is not a number. */
static inline lanes_mask lanes_less(lanes a, lanes b)
{
#ifdef __AVX512F__
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ);
#else
    return (lanes_mask)(a < b);
#endif
}

static inline lanes_mask lanes_equal(lanes a, lanes b)
{
#ifdef __AVX512F__
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_EQ_OQ);
#else
    return (lanes_mask)(a == b);
#endif
}

static inline lanes lanes_select(lanes_mask mask, lanes yes, lanes no)
{
#ifdef __AVX512F__
    return (lanes)_mm512_mask_blend_ps(mask, (__m512)no, (__m512)yes);
#elif defined __AVX2__
    return (lanes)_mm256_blendv_ps((__m256)no, (__m256)yes, (__m256)mask);
#else
    return (lanes)((mask & (lanes_mask)yes) | (~mask & (lanes_mask)no));
#endif
}

/* a < b ? a : b, so b where one is not a number. */
static inline lanes lanes_min(lanes a, lanes b)
{
#ifdef __AVX512F__
    return (lanes)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined __AVX2__
    return (lanes)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return lanes_select((lanes_mask)(a < b), a, b);
#endif
}

static inline lanes lanes_max(lanes a, lanes b)
{
#ifdef __AVX512F__
    return (lanes)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined __AVX2__
    return (lanes)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return lanes_select((lanes_mask)(a > b), a, b);
#endif
}

/* The lesser of two where the mask says so, and `least` elsewhere. */
static inline lanes lanes_min_where(lanes_mask mask, lanes a, lanes least)
{
#ifdef __AVX512F__
    return (lanes)_mm512_mask_min_ps((__m512)least, mask, (__m512)a, (__m512)least);
#else
    return lanes_select(mask, lanes_min(a, least), least);
#endif
}

static inline lanes lanes_sqrt(lanes a)
{
#ifdef __AVX512F__
    return (lanes)_mm512_sqrt_ps((__m512)a);
#elif defined __AVX2__
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
#ifdef __AVX512F__
    return mask;
#elif defined __AVX2__
    return (uint32_t)_mm256_movemask_ps((__m256)mask);
#else
    uint32_t bits = 0;
    for (int k = 0; k < LANES; k++)
        bits |= (uint32_t)(mask[k] & 1) << k;
    return bits;
#endif
}

static inline lanes_mask lanes_of_bits(uint32_t bits)
{
#ifdef __AVX512F__
    return (lanes_mask)bits;
#else
    return ((lanes_mask){ 1, 2, 4, 8, 16, 32, 64, 128 } & (int32_t)bits) != 0;
#endif
}

/* The least, the greatest of all lanes; all are numbers. */
static inline float lanes_least(lanes a)
{
#ifdef __AVX512F__
    return _mm512_reduce_min_ps((__m512)a);
#else
    float all[LANES];
    lanes_store(all, a);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int k = 0; k < half; k++)
            all[k] = all[k + half] < all[k] ? all[k + half] : all[k];
    return all[0];
#endif
}

static inline float lanes_greatest(lanes a)
{
    return -lanes_least(-a);
}

/* Eights: LANES is so many times eight. Eight values from each place, one eight after the other. */
enum { EIGHTS = LANES / 8 };
static inline lanes lanes_load_eights(const float *column, const uint32_t at[EIGHTS])
{
#ifdef __AVX512F__
    __m512 low = _mm512_castps256_ps512(_mm256_loadu_ps(column + at[0]));
    __m256 high = _mm256_loadu_ps(column + at[1]);
    return (lanes)_mm512_castpd_ps(
        _mm512_insertf64x4(_mm512_castps_pd(low), _mm256_castps_pd(high), 1));
#else
    return lanes_load(column + at[0]);
#endif
}

/* Each of the next LANES / 8 values on eight lanes ... */
static inline lanes lanes_on_eights(const float *from)
{
#ifdef __AVX512F__
    __m512i which = _mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    __m512 both = _mm512_castpd_ps(_mm512_castpd128_pd512(_mm_load_sd((const double *)from)));
    return (lanes)_mm512_permutexvar_ps(which, both);
#else
    return lanes_all(*from);
#endif
}

/* ... the same eight values over and over ... */
static inline lanes lanes_of_eight(const float from[8])
{
#ifdef __AVX512F__
    __m256d eight = _mm256_loadu_pd((const double *)from);
    return (lanes)_mm512_broadcast_f64x4(eight);
#else
    return lanes_load(from);
#endif
}

/* ... and on every eight the least of all of them, lane by lane. */
static inline lanes lanes_least_of_eights(lanes a)
{
#ifdef __AVX512F__
    __m512 v = (__m512)a;
    return (lanes)_mm512_min_ps(v, _mm512_shuffle_f32x4(v, v, 0x4e));
#else
    return a;
#endif
}

static inline void lanes_store_eight(float to[8], lanes v)
{
    memcpy(to, &v, 8 * sizeof *to);
}

/* LANES values, each `stride` values after the last. */
static inline lanes lanes_load_apart(const float *from, int stride)
{
#ifdef __AVX512F__
    __m512i numbers = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    return (lanes)_mm512_i32gather_ps(_mm512_mullo_epi32(numbers, _mm512_set1_epi32(stride)), from,
                                      sizeof *from);
#else
    float all[LANES];
    for (int k = 0; k < LANES; k++)
        all[k] = from[k * stride];
    return lanes_load(all);
#endif
}

/* Where to find the lanes of a mask: row `bits` lists its set bits first. For eight lanes. */
struct lanes_table {
    int32_t from[1 << 8][8];
};

static inline void lanes_table_init(struct lanes_table *table)
{
    for (int bits = 0; bits < 1 << 8; bits++)
        for (int k = 0, n = 0; k < 8; k++)
            if (bits >> k & 1)
                table->from[bits][n++] = k;
}

/* The lanes of `bits` to `to`, one after the other; may write up to LANES values. */
static inline void lanes_pack(float *to, lanes v, uint32_t bits, const struct lanes_table *table)
{
#ifdef __AVX512F__
    (void)table;
    _mm512_storeu_ps(to, _mm512_maskz_compress_ps((__mmask16)bits, (__m512)v));
#elif defined __AVX2__
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
