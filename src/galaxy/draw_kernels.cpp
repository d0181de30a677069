// Compiled once per instruction set. Written without fma(): a catalogue has the same bits everywhere.

#include "galaxy/draw_kernels.h"

#include "base/simd.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo::GREENHALO_ISA {

namespace {

constexpr double half_pi = 1.57079632679489661923;

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

/// Threefry4x64 with 13 rounds (Salmon et al. 2011) for eight counters (first + i, block, 0, 0).
inline FourWords threefry(const uint64_t key[4], Words counter, uint64_t block) {
    uint64_t k[5] = {key[0], key[1], key[2], key[3], 0x1BD11BDAA9FC1A22u};
    for (int i = 0; i < 4; ++i) k[4] ^= k[i];
    Words x0 = counter + Words(k[0]), x1(k[1] + block), x2(k[2]), x3(k[3]);
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
inline Words low_half(Words w) {
    return w & Words(0xffffffffu);
}
inline Words high_half(Words w) {
    return shift_right<32>(w);
}

/// (k + 1/2)/2^52 of the upper 52 bits: inside (0, 1).
inline Doubles unit52(Words w) {
    return from_bits(shift_right<12>(w) | Words(0x3ff0000000000000u)) - Doubles(1.0 - 0x1p-53);
}

/// Natural logarithm of a positive normal number, absolute error 1e-15 of max(1, |log|): 2
/// atanh((m-1)/(m+1)).
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

/// Cosine and sine of x + n pi/2, |x| <= pi/4, n in the bits 30 and 31 of `quadrant`. Absolute error 1e-16.
inline void cos_sin(Doubles x, Words quadrant, Doubles& cosine, Doubles& sine) {
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
    const Mask odd = is_set(quadrant & Words(0x40000000u));
    const Words flip_both = shift_left<32>(quadrant & Words(0x80000000u));
    const Words flip_cosine = shift_left<33>(quadrant & Words(0x40000000u));
    cosine = from_bits(bits(select(odd, s, c)) ^ flip_both ^ flip_cosine);
    sine = from_bits(bits(select(odd, c, s)) ^ flip_both);
}

/// Cosine and sine of an azimuth given by 32 bits: two for the quadrant, thirty within it.
inline void cos_sin_of_azimuth(Words bits32, Doubles& cosine, Doubles& sine) {
    const Doubles x = (centred(bits32 & Words(0x3fffffffu)) - Doubles(0x1p29)) * Doubles(half_pi * 0x1p-30);
    cos_sin(x, bits32, cosine, sine);
}

/// Cosine and sine of an angle given in units of pi/2, below 2^50 of them.
inline void cos_sin_of_quarters(Doubles quarters, Doubles& cosine, Doubles& sine) {
    const Doubles shifter(6755399441055744.0);  // 1.5 * 2^52: the sum's low bits hold the rounded integer
    const Doubles shifted = quarters + shifter;
    cos_sin((quarters - (shifted - shifter)) * Doubles(half_pi), shift_left<30>(bits(shifted)), cosine, sine);
}

/// Two-sided exponential of 32 bits: one for the sign, 31 for the modulus (4.3 of the paper, with 1/2).
inline Doubles height(Words bits32, Doubles scale_height) {
    const Doubles u = centred(bits32 & Words(0x7fffffffu)) * Doubles(0x1p-31);
    const Words sign = shift_left<32>(bits32 & Words(0x80000000u));
    return from_bits(bits(scale_height * log(u)) ^ sign);
}

/// Radius of the law (4.1): -(R_sun/beta) log of a product of four uniform numbers of 32 bits. At least 1e-9
/// kpc.
inline Doubles gamma_four_radius(const FourWords& r) {
    const Doubles product = (centred(low_half(r.w[0])) * centred(high_half(r.w[0]))) *
                            (centred(low_half(r.w[1])) * centred(high_half(r.w[1])));
    return negate(Doubles(sun_radius / radial_slope) *
                  (log(product) - Doubles(128.0 * 0.693147180559945309417)));
}

/// The radial law (4.1) with uniform azimuth.
struct Cylindrical {
    explicit Cylindrical(const DrawRequest&) {}
    void draw(const FourWords& r, Words, Doubles& x, Doubles& y) const {
        const Doubles radius = gamma_four_radius(r);
        Doubles cosine, sine;
        cos_sin_of_azimuth(low_half(r.w[2]), cosine, sine);
        x = radius * cosine;
        y = radius * sine;
    }
};

/// Homogeneous disc: radius R sqrt(u).
struct UniformDisc {
    explicit UniformDisc(const DrawRequest& request) : disc_radius(request.law.disc_radius) {}
    void draw(const FourWords& r, Words, Doubles& x, Doubles& y) const {
        const Doubles radius = disc_radius * sqrt(unit52(r.w[0]));
        Doubles cosine, sine;
        cos_sin_of_azimuth(low_half(r.w[2]), cosine, sine);
        x = radius * cosine;
        y = radius * sine;
    }
    Doubles disc_radius;
};

/// Spiral arms (4.4). The radius before its scatter, the height and the age are those of the cylindrical law;
/// a second block of the stream gives the scatter (Box & Muller 1958, words 0 and 1), the spread in azimuth
/// (2) and the arm (3).
struct Spiral {
    explicit Spiral(const DrawRequest& request)
        : key(request.key),
          inverse_width(1.0 / request.law.arm_width),
          scatter(request.law.radial_scatter),
          first_edge(request.law.arm_blur == ArmBlur::symmetric ? 0.5 : 0.0) {
        for (int a = 0; a < arm_count; ++a) {
            const SpiralArm& arm = request.law.arms[a];
            winding[a] = Doubles(arm.winding * (1.0 / half_pi));
            offset[a] = Doubles(arm.azimuth_there * (1.0 / half_pi)) - winding[a] * log(Doubles(arm.radius));
        }
    }
    void draw(const FourWords& r, Words counter, Doubles& x, Doubles& y) const {
        const FourWords more = threefry(key, counter, 1);
        const Doubles smooth = gamma_four_radius(r);
        const Mask odd = is_set(more.w[3] & Words(uint64_t{1} << 62)),
                   upper = is_set(more.w[3] & Words(uint64_t{1} << 63));
        const auto of_arm = [&](const Doubles(&v)[arm_count]) {
            return select(upper, select(odd, v[3], v[2]), select(odd, v[1], v[0]));
        };
        const Doubles spread = Doubles(4.0) * exp_without_fma(negate(smooth * inverse_width));
        const Doubles quarters =
            of_arm(winding) * log(smooth) + of_arm(offset) + (unit52(more.w[2]) - first_edge) * spread;
        Doubles cosine, sine;
        cos_sin_of_azimuth(low_half(more.w[1]), cosine, sine);
        const Doubles normal = sqrt(Doubles(-2.0) * log(unit52(more.w[0]))) * cosine;
        const Doubles radius = smooth + scatter * normal * smooth;
        cos_sin_of_quarters(quarters, cosine, sine);
        x = radius * cosine;
        y = radius * sine;
    }
    const uint64_t* key;
    Doubles inverse_width, scatter, first_edge, winding[arm_count], offset[arm_count];
};

template <class Place>
void draw(const DrawRequest& request, double* x, double* y, double* z, double* age) {
    const Place place(request);
    const Doubles scale_height(request.law.scale_height);
    const Doubles age_low(request.age_low), age_width(request.age_width);
    Words counter = Words::iota() + Words(request.first);
    for (int64_t i = 0; i < request.count; i += lanes) {
        const FourWords r = threefry(request.key, counter, 0);
        Doubles at_x, at_y;
        place.draw(r, counter, at_x, at_y);
        counter = counter + Words(static_cast<uint64_t>(lanes));
        at_x.store(x + i);
        at_y.store(y + i);
        height(high_half(r.w[2]), scale_height).store(z + i);
        (age_low + age_width * unit52(r.w[3])).store(age + i);
    }
}

void draw_words(const DrawRequest& request, uint64_t block, uint64_t* out) {
    Words counter = Words::iota() + Words(request.first);
    for (int64_t i = 0; i < request.count; i += lanes) {
        const FourWords r = threefry(request.key, counter, block);
        counter = counter + Words(static_cast<uint64_t>(lanes));
        for (int w = 0; w < 4; ++w) r.w[w].store(out + w * request.count + i);
    }
}

const DrawKernels table = {{draw<Cylindrical>, draw<Spiral>, draw<UniformDisc>, nullptr}, draw_words};

}  // namespace

const DrawKernels& draw_kernels();
const DrawKernels& draw_kernels() {
    return table;
}

}  // namespace greenhalo::GREENHALO_ISA
