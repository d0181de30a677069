// Compiled once per instruction set. Written without fma(): a catalogue has the same bits everywhere.

#include "galaxy/draw_kernels.h"

#include "base/simd.h"

namespace greenhalo::GREENHALO_ISA {

namespace {

struct FourWords {
    Words w[4];
};

template <int A, int B>
inline void mix(Words& x0, Words& x1, Words& x2, Words& x3) {
    x0 = x0 + x1;
    x1 = rotate_left<A>(x1) ^ x0;
    x2 = x2 + x3;
    x3 = rotate_left<B>(x3) ^ x2;
}

/// Threefry4x64 with 13 rounds (Salmon et al. 2011) for eight counters (first + i, 0, 0, 0).
inline FourWords threefry(const uint64_t key[4], Words counter) {
    uint64_t k[5] = {key[0], key[1], key[2], key[3], 0x1BD11BDAA9FC1A22u};
    for (int i = 0; i < 4; ++i) k[4] ^= k[i];
    Words x0 = counter + Words(k[0]), x1(k[1]), x2(k[2]), x3(k[3]);
    const auto inject = [&](unsigned i) {
        x0 = x0 + Words(k[i % 5]);
        x1 = x1 + Words(k[(i + 1) % 5]);
        x2 = x2 + Words(k[(i + 2) % 5]);
        x3 = x3 + Words(k[(i + 3) % 5] + i);
    };
    mix<14, 16>(x0, x1, x2, x3);
    mix<52, 57>(x0, x3, x2, x1);
    mix<23, 40>(x0, x1, x2, x3);
    mix<5, 37>(x0, x3, x2, x1);
    inject(1);
    mix<25, 33>(x0, x1, x2, x3);
    mix<46, 12>(x0, x3, x2, x1);
    mix<58, 22>(x0, x1, x2, x3);
    mix<32, 32>(x0, x3, x2, x1);
    inject(2);
    mix<14, 16>(x0, x1, x2, x3);
    mix<52, 57>(x0, x3, x2, x1);
    mix<23, 40>(x0, x1, x2, x3);
    mix<5, 37>(x0, x3, x2, x1);
    inject(3);
    mix<25, 33>(x0, x1, x2, x3);
    return {{x0, x1, x2, x3}};
}

/// k + 1/2 of an integer below 2^51.
inline Doubles centred(Words k) {
    return from_bits(k | Words(0x4330000000000000u)) - Doubles(4503599627370495.5);
}
inline Words low_half(Words w) { return w & Words(0xffffffffu); }
inline Words high_half(Words w) { return shift_right<32>(w); }

/// (k + 1/2)/2^52 of the upper 52 bits: inside (0, 1).
inline Doubles unit52(Words w) {
    return from_bits(shift_right<12>(w) | Words(0x3ff0000000000000u)) - Doubles(1.0 - 0x1p-53);
}

/// Natural logarithm of a positive normal number, absolute error 1e-15 of max(1, |log|): 2 atanh((m-1)/(m+1)).
inline Doubles log(Doubles x) {
    const Words offset(0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
    const Words t = bits(x) + offset;
    const Doubles exponent =
        from_bits(shift_right<52>(t) | Words(0x4330000000000000u)) - Doubles(4503599627370496.0 + 1023.0);
    const Doubles m = from_bits((t & Words(0x000fffffffffffffu)) + Words(0x3fe6a09e667f3bcdu));
    const Doubles s = (m - Doubles(1.0)) / (m + Doubles(1.0));
    const Doubles w = s * s;
    Doubles p(0.08419669800494778);
    p = p * w + Doubles(0.09060899234129603);
    p = p * w + Doubles(0.11111719320075501);
    p = p * w + Doubles(0.14285707982452112);
    p = p * w + Doubles(0.20000000031043055);
    p = p * w + Doubles(0.3333333333327608);
    p = p * w + Doubles(1.0);
    return exponent * Doubles(0.693147180559945309417) + (s + s) * p;
}

/// Cosine and sine of an azimuth given by 32 bits: two for the quadrant, thirty within it. Absolute error 1e-16.
inline void cos_sin_of_azimuth(Words bits32, Doubles& cosine, Doubles& sine) {
    const Doubles x = (centred(bits32 & Words(0x3fffffffu)) - Doubles(0x1p29)) * Doubles(1.57079632679489661923 * 0x1p-30);
    const Doubles w = x * x;
    Doubles s(1.5894720300223109e-10);
    s = s * w + Doubles(-2.5050716696695676e-08);
    s = s * w + Doubles(2.7557313374649857e-06);
    s = s * w + Doubles(-0.0001984126982864526);
    s = s * w + Doubles(0.008333333333320356);
    s = s * w + Doubles(-0.16666666666666616);
    s = s * w + Doubles(1.0);
    s = s * x;
    Doubles c(2.063042988376311e-09);
    c = c * w + Doubles(-2.7555233469269026e-07);
    c = c * w + Doubles(2.4801578535940913e-05);
    c = c * w + Doubles(-0.001388888886997111);
    c = c * w + Doubles(0.04166666666647221);
    c = c * w + Doubles(-0.4999999999999925);
    c = c * w + Doubles(1.0);
    // quadrants 0, 1, 2, 3 turn (c, s) into (c, s), (-s, c), (-c, -s), (s, -c)
    const Mask odd = is_set(bits32 & Words(0x40000000u));
    const Words flip_both = shift_left<32>(bits32 & Words(0x80000000u));
    const Words flip_cosine = shift_left<33>(bits32 & Words(0x40000000u));
    cosine = from_bits(bits(select(odd, s, c)) ^ flip_both ^ flip_cosine);
    sine = from_bits(bits(select(odd, c, s)) ^ flip_both);
}

/// Two-sided exponential of 32 bits: one for the sign, 31 for the modulus (4.3 of the paper, with 1/2).
inline Doubles height(Words bits32, Doubles scale_height) {
    const Doubles u = centred(bits32 & Words(0x7fffffffu)) * Doubles(0x1p-31);
    const Words sign = shift_left<32>(bits32 & Words(0x80000000u));
    return from_bits(bits(scale_height * log(u)) ^ sign);
}

/// Radius of the law (4.1): -(R_sun/beta) log of a product of four uniform numbers of 32 bits.
struct GammaFourRadius {
    static inline Doubles draw(const FourWords& r, Doubles scale) {
        const Doubles product = (centred(low_half(r.w[0])) * centred(high_half(r.w[0]))) *
                                (centred(low_half(r.w[1])) * centred(high_half(r.w[1])));
        return negate(scale * (log(product) - Doubles(128.0 * 0.693147180559945309417)));
    }
};

/// Radius of a uniform disc: R sqrt(u).
struct UniformDiscRadius {
    static inline Doubles draw(const FourWords& r, Doubles scale) { return scale * sqrt(unit52(r.w[0])); }
};

template <class Radius>
void draw(const DrawRequest& request, double* x, double* y, double* z, double* age) {
    const Doubles scale(request.radial_scale), scale_height(request.scale_height);
    const Doubles age_low(request.age_low), age_width(request.age_width);
    Words counter = Words::iota() + Words(request.first);
    for (int64_t i = 0; i < request.count; i += lanes) {
        const FourWords r = threefry(request.key, counter);
        counter = counter + Words(static_cast<uint64_t>(lanes));
        const Doubles radius = Radius::draw(r, scale);
        Doubles cosine, sine;
        cos_sin_of_azimuth(low_half(r.w[2]), cosine, sine);
        (radius * cosine).store(x + i);
        (radius * sine).store(y + i);
        height(high_half(r.w[2]), scale_height).store(z + i);
        (age_low + age_width * unit52(r.w[3])).store(age + i);
    }
}

void draw_words(const DrawRequest& request, uint64_t* out) {
    Words counter = Words::iota() + Words(request.first);
    for (int64_t i = 0; i < request.count; i += lanes) {
        const FourWords r = threefry(request.key, counter);
        counter = counter + Words(static_cast<uint64_t>(lanes));
        for (int w = 0; w < 4; ++w) r.w[w].store(out + w * request.count + i);
    }
}

const DrawKernels table = {draw<GammaFourRadius>, draw<UniformDiscRadius>, draw_words};

}  // namespace

const DrawKernels& draw_kernels();
const DrawKernels& draw_kernels() { return table; }

}  // namespace greenhalo::GREENHALO_ISA
