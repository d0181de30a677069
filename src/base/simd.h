/// \file
/// Eight doubles and eight 64-bit words at a time, the same eight on every instruction set: two AVX2 registers or
/// one AVX-512 register do the same operations in the same order, so their results agree to the bit. The generic
/// back end has no fused multiply-add; what must not depend on the instruction set at all (the catalogues) is
/// written without fma().
///
/// Included by the kernels only, which are compiled once per instruction set into the namespace GREENHALO_ISA.
/// No standard template is used in here: the linker would share its code between instruction sets.
#pragma once

#include <stdint.h>

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define GREENHALO_SIMD_AVX512 1
#include <immintrin.h>
#elif defined(__AVX2__) && defined(__FMA__)
#define GREENHALO_SIMD_AVX2 1
#include <immintrin.h>
#endif

namespace greenhalo::GREENHALO_ISA {

inline constexpr int lanes = 8;

#if GREENHALO_SIMD_AVX512

struct Mask {
    __mmask8 m;
};

struct Words {
    __m512i v;
    Words() = default;
    Words(__m512i value) : v(value) {}
    Words(uint64_t value) : v(_mm512_set1_epi64(static_cast<long long>(value))) {}
    static Words load(const uint64_t* p) { return _mm512_loadu_si512(p); }
    void store(uint64_t* p) const { _mm512_storeu_si512(p, v); }
    /// 0, 1, ..., 7
    static Words iota() { return _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0); }
};
inline Words operator+(Words a, Words b) { return _mm512_add_epi64(a.v, b.v); }
inline Words operator^(Words a, Words b) { return _mm512_xor_si512(a.v, b.v); }
inline Words operator&(Words a, Words b) { return _mm512_and_si512(a.v, b.v); }
inline Words operator|(Words a, Words b) { return _mm512_or_si512(a.v, b.v); }
template <int K>
inline Words shift_left(Words a) {
    return _mm512_slli_epi64(a.v, K);
}
template <int K>
inline Words shift_right(Words a) {
    return _mm512_srli_epi64(a.v, K);
}
template <int K>
inline Words rotate_left(Words a) {
    return _mm512_rol_epi64(a.v, K);
}

struct Doubles {
    __m512d v;
    Doubles() = default;
    Doubles(__m512d value) : v(value) {}
    Doubles(double value) : v(_mm512_set1_pd(value)) {}
    static Doubles load(const double* p) { return _mm512_loadu_pd(p); }
    void store(double* p) const { _mm512_storeu_pd(p, v); }
};
inline Doubles operator+(Doubles a, Doubles b) { return _mm512_add_pd(a.v, b.v); }
inline Doubles operator-(Doubles a, Doubles b) { return _mm512_sub_pd(a.v, b.v); }
inline Doubles operator*(Doubles a, Doubles b) { return _mm512_mul_pd(a.v, b.v); }
inline Doubles operator/(Doubles a, Doubles b) { return _mm512_div_pd(a.v, b.v); }
inline Doubles fma(Doubles a, Doubles b, Doubles c) { return _mm512_fmadd_pd(a.v, b.v, c.v); }
inline Doubles sqrt(Doubles a) { return _mm512_sqrt_pd(a.v); }
inline Doubles max(Doubles a, Doubles b) { return _mm512_max_pd(a.v, b.v); }
inline Mask operator>(Doubles a, Doubles b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_GT_OQ)}; }
inline Mask operator&(Mask a, Mask b) { return {static_cast<__mmask8>(a.m & b.m)}; }
inline Doubles zero_unless(Mask m, Doubles a) { return _mm512_maskz_mov_pd(m.m, a.v); }
inline Doubles select(Mask m, Doubles yes, Doubles no) { return _mm512_mask_mov_pd(no.v, m.m, yes.v); }
inline Mask is_set(Words a) { return {_mm512_test_epi64_mask(a.v, a.v)}; }
inline Words bits(Doubles a) { return _mm512_castpd_si512(a.v); }
inline Doubles from_bits(Words a) { return _mm512_castsi512_pd(a.v); }

#elif GREENHALO_SIMD_AVX2

struct Mask {
    __m256d a, b;
};

struct Words {
    __m256i a, b;
    Words() = default;
    Words(__m256i low, __m256i high) : a(low), b(high) {}
    Words(uint64_t value) : a(_mm256_set1_epi64x(static_cast<long long>(value))), b(a) {}
    static Words load(const uint64_t* p) {
        return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)),
                _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 4))};
    }
    void store(uint64_t* p) const {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), a);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p + 4), b);
    }
    static Words iota() { return {_mm256_set_epi64x(3, 2, 1, 0), _mm256_set_epi64x(7, 6, 5, 4)}; }
};
inline Words operator+(Words x, Words y) { return {_mm256_add_epi64(x.a, y.a), _mm256_add_epi64(x.b, y.b)}; }
inline Words operator^(Words x, Words y) { return {_mm256_xor_si256(x.a, y.a), _mm256_xor_si256(x.b, y.b)}; }
inline Words operator&(Words x, Words y) { return {_mm256_and_si256(x.a, y.a), _mm256_and_si256(x.b, y.b)}; }
inline Words operator|(Words x, Words y) { return {_mm256_or_si256(x.a, y.a), _mm256_or_si256(x.b, y.b)}; }
template <int K>
inline Words shift_left(Words x) {
    return {_mm256_slli_epi64(x.a, K), _mm256_slli_epi64(x.b, K)};
}
template <int K>
inline Words shift_right(Words x) {
    return {_mm256_srli_epi64(x.a, K), _mm256_srli_epi64(x.b, K)};
}
template <int K>
inline Words rotate_left(Words x) {
    return shift_left<K>(x) | shift_right<64 - K>(x);
}

struct Doubles {
    __m256d a, b;
    Doubles() = default;
    Doubles(__m256d low, __m256d high) : a(low), b(high) {}
    Doubles(double value) : a(_mm256_set1_pd(value)), b(a) {}
    static Doubles load(const double* p) { return {_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)}; }
    void store(double* p) const {
        _mm256_storeu_pd(p, a);
        _mm256_storeu_pd(p + 4, b);
    }
};
inline Doubles operator+(Doubles x, Doubles y) { return {_mm256_add_pd(x.a, y.a), _mm256_add_pd(x.b, y.b)}; }
inline Doubles operator-(Doubles x, Doubles y) { return {_mm256_sub_pd(x.a, y.a), _mm256_sub_pd(x.b, y.b)}; }
inline Doubles operator*(Doubles x, Doubles y) { return {_mm256_mul_pd(x.a, y.a), _mm256_mul_pd(x.b, y.b)}; }
inline Doubles operator/(Doubles x, Doubles y) { return {_mm256_div_pd(x.a, y.a), _mm256_div_pd(x.b, y.b)}; }
inline Doubles fma(Doubles x, Doubles y, Doubles z) {
    return {_mm256_fmadd_pd(x.a, y.a, z.a), _mm256_fmadd_pd(x.b, y.b, z.b)};
}
inline Doubles sqrt(Doubles x) { return {_mm256_sqrt_pd(x.a), _mm256_sqrt_pd(x.b)}; }
inline Doubles max(Doubles x, Doubles y) { return {_mm256_max_pd(x.a, y.a), _mm256_max_pd(x.b, y.b)}; }
inline Mask operator>(Doubles x, Doubles y) {
    return {_mm256_cmp_pd(x.a, y.a, _CMP_GT_OQ), _mm256_cmp_pd(x.b, y.b, _CMP_GT_OQ)};
}
inline Mask operator&(Mask x, Mask y) { return {_mm256_and_pd(x.a, y.a), _mm256_and_pd(x.b, y.b)}; }
inline Doubles zero_unless(Mask m, Doubles x) { return {_mm256_and_pd(m.a, x.a), _mm256_and_pd(m.b, x.b)}; }
inline Doubles select(Mask m, Doubles yes, Doubles no) {
    return {_mm256_blendv_pd(no.a, yes.a, m.a), _mm256_blendv_pd(no.b, yes.b, m.b)};
}
inline Mask is_set(Words x) {
    const __m256i zero = _mm256_setzero_si256();
    const __m256i ones = _mm256_set1_epi64x(-1);
    return {_mm256_castsi256_pd(_mm256_xor_si256(_mm256_cmpeq_epi64(x.a, zero), ones)),
            _mm256_castsi256_pd(_mm256_xor_si256(_mm256_cmpeq_epi64(x.b, zero), ones))};
}
inline Words bits(Doubles x) { return {_mm256_castpd_si256(x.a), _mm256_castpd_si256(x.b)}; }
inline Doubles from_bits(Words x) { return {_mm256_castsi256_pd(x.a), _mm256_castsi256_pd(x.b)}; }

#else

// Arrays of eight; the compiler makes of them what the machine has.
#define GREENHALO_LANES for (int i = 0; i < lanes; ++i)

struct Words {
    uint64_t v[lanes];
    Words() = default;
    Words(uint64_t value) { GREENHALO_LANES v[i] = value; }
    static Words load(const uint64_t* p) {
        Words r;
        GREENHALO_LANES r.v[i] = p[i];
        return r;
    }
    void store(uint64_t* p) const { GREENHALO_LANES p[i] = v[i]; }
    static Words iota() {
        Words r;
        GREENHALO_LANES r.v[i] = static_cast<uint64_t>(i);
        return r;
    }
};
struct Doubles {
    double v[lanes];
    Doubles() = default;
    Doubles(double value) { GREENHALO_LANES v[i] = value; }
    static Doubles load(const double* p) {
        Doubles r;
        GREENHALO_LANES r.v[i] = p[i];
        return r;
    }
    void store(double* p) const { GREENHALO_LANES p[i] = v[i]; }
};
struct Mask {
    uint64_t v[lanes];
};

#define GREENHALO_BINARY(Result, Operand, name, expression) \
    inline Result name(Operand x, Operand y) {              \
        Result r;                                           \
        GREENHALO_LANES r.v[i] = expression;                \
        return r;                                           \
    }
GREENHALO_BINARY(Words, Words, operator+, x.v[i] + y.v[i])
GREENHALO_BINARY(Words, Words, operator^, x.v[i] ^ y.v[i])
GREENHALO_BINARY(Words, Words, operator&, x.v[i] & y.v[i])
GREENHALO_BINARY(Words, Words, operator|, x.v[i] | y.v[i])
GREENHALO_BINARY(Mask, Mask, operator&, x.v[i] & y.v[i])
GREENHALO_BINARY(Doubles, Doubles, operator+, x.v[i] + y.v[i])
GREENHALO_BINARY(Doubles, Doubles, operator-, x.v[i] - y.v[i])
GREENHALO_BINARY(Doubles, Doubles, operator*, x.v[i] * y.v[i])
GREENHALO_BINARY(Doubles, Doubles, operator/, x.v[i] / y.v[i])
GREENHALO_BINARY(Doubles, Doubles, max, (x.v[i] > y.v[i] ? x.v[i] : y.v[i]))
GREENHALO_BINARY(Mask, Doubles, operator>, (x.v[i] > y.v[i] ? ~uint64_t{0} : uint64_t{0}))
#undef GREENHALO_BINARY

template <int K>
inline Words shift_left(Words x) {
    GREENHALO_LANES x.v[i] <<= K;
    return x;
}
template <int K>
inline Words shift_right(Words x) {
    GREENHALO_LANES x.v[i] >>= K;
    return x;
}
template <int K>
inline Words rotate_left(Words x) {
    return shift_left<K>(x) | shift_right<64 - K>(x);
}
inline Doubles fma(Doubles x, Doubles y, Doubles z) { return x * y + z; }
inline Doubles sqrt(Doubles x) {
    GREENHALO_LANES x.v[i] = __builtin_sqrt(x.v[i]);
    return x;
}
inline Words bits(Doubles x) {
    Words r;
    __builtin_memcpy(&r, &x, sizeof r);
    return r;
}
inline Doubles from_bits(Words x) {
    Doubles r;
    __builtin_memcpy(&r, &x, sizeof r);
    return r;
}
inline Doubles select(Mask m, Doubles yes, Doubles no) {
    const Words y = bits(yes), n = bits(no);
    Words r;
    GREENHALO_LANES r.v[i] = (y.v[i] & m.v[i]) | (n.v[i] & ~m.v[i]);
    return from_bits(r);
}
inline Doubles zero_unless(Mask m, Doubles x) { return select(m, x, Doubles(0.0)); }
inline Mask is_set(Words x) {
    Mask r;
    GREENHALO_LANES r.v[i] = x.v[i] != 0 ? ~uint64_t{0} : uint64_t{0};
    return r;
}
#undef GREENHALO_LANES

#endif

/// Sum of the eight lanes, in one fixed order.
inline double sum(Doubles x) {
    double v[lanes];
    x.store(v);
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// -x, by the sign bit.
inline Doubles negate(Doubles x) { return from_bits(bits(x) ^ Words(uint64_t{1} << 63)); }

/// a b + c, rounded twice on every instruction set.
inline Doubles unfused_multiply_add(Doubles a, Doubles b, Doubles c) { return a * b + c; }

/// exp(x) for x <= 700 to 3 ulp (4 without fma); exactly 0 below -708, where the result would not be a normal number.
/// Reduction to |r| <= log(2)/2, then a polynomial of degree 10 through the Chebyshev nodes of that interval
/// (relative error 3e-16).
template <Doubles MultiplyAdd(Doubles, Doubles, Doubles)>
inline Doubles exp_by(Doubles x) {
    const Doubles shifter(6755399441055744.0);  // 1.5 * 2^52: the sum's low bits hold the rounded integer
    const Doubles t = MultiplyAdd(x, Doubles(1.4426950408889634), shifter);
    const Doubles n = t - shifter;
    Doubles r = MultiplyAdd(n, Doubles(-6.93147180369123816490e-01), x);
    r = MultiplyAdd(n, Doubles(-1.90821492927058770002e-10), r);
    Doubles p(2.7626371065696354e-07);
    p = MultiplyAdd(p, r, Doubles(2.764019739169484e-06));
    p = MultiplyAdd(p, r, Doubles(2.480150431378554e-05));
    p = MultiplyAdd(p, r, Doubles(0.00019841170230570286));
    p = MultiplyAdd(p, r, Doubles(0.001388888893251478));
    p = MultiplyAdd(p, r, Doubles(0.008333333385699212));
    p = MultiplyAdd(p, r, Doubles(0.041666666666573066));
    p = MultiplyAdd(p, r, Doubles(0.16666666666554314));
    p = MultiplyAdd(p, r, Doubles(0.5000000000000006));
    p = MultiplyAdd(p, r, Doubles(1.0000000000000067));
    p = MultiplyAdd(p, r, Doubles(1.0));
    return zero_unless(x > Doubles(-708.0), from_bits(bits(p) + shift_left<52>(bits(t))));
}

inline Doubles exp(Doubles x) { return exp_by<fma>(x); }
/// The same bits on every instruction set.
inline Doubles exp_without_fma(Doubles x) { return exp_by<unfused_multiply_add>(x); }

}  // namespace greenhalo::GREENHALO_ISA
