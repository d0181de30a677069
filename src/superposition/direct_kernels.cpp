// Compiled once per instruction set. The formulas are those of physics/green_function.h, rearranged so that
// what depends only on the source is computed once per tile and not for every group and energy.

#include "superposition/direct_kernels.h"

#include "base/simd.h"

namespace greenhalo::GREENHALO_ISA {

namespace {

constexpr double pi = 3.14159265358979323846;

/// Age in Myr of sources that do not count: older than any delay, so that no kernel divides by zero for them.
constexpr double harmless_age = 1e9;

struct Sums {
    Doubles n{0.0}, x{0.0}, y{0.0}, z{0.0};
    void store(double sums[4]) const {
        sums[0] = sum(n);
        sums[1] = sum(x);
        sums[2] = sum(y);
        sums[3] = sum(z);
    }
};

/// sin and cos of an angle in [0, pi/4].
inline void sin_cos(Doubles x, Doubles& sine, Doubles& cosine) {
    const Doubles w = x * x;
    Doubles s(1.5894720300223109e-10);
    s = fma(s, w, Doubles(-2.5050716696695676e-08));
    s = fma(s, w, Doubles(2.7557313374649857e-06));
    s = fma(s, w, Doubles(-0.0001984126982864526));
    s = fma(s, w, Doubles(0.008333333333320356));
    s = fma(s, w, Doubles(-0.16666666666666616));
    sine = fma(s * w, x, x);
    Doubles c(2.063042988376311e-09);
    c = fma(c, w, Doubles(-2.7555233469269026e-07));
    c = fma(c, w, Doubles(2.4801578535940913e-05));
    c = fma(c, w, Doubles(-0.001388888886997111));
    c = fma(c, w, Doubles(0.04166666666647221));
    c = fma(c, w, Doubles(-0.4999999999999925));
    cosine = fma(c, w, Doubles(1.0));
}

inline Doubles absolute(Doubles x) {
    return from_bits(bits(x) & Words(0x7fffffffffffffffu));
}

/// sin k_m(zs+H), m = 1..6, from the angle to the nearer boundary; by recurrence from cos = sin(pi |zs|/2H),
/// so that the even modes stay exact to the last digits for sources close to the plane.
inline void source_modes(Doubles zs, double half_height, int64_t i, Tile& tile) {
    const Doubles h = absolute(zs);
    const Doubles from_plane = h * Doubles(pi / (2.0 * half_height));
    const Doubles from_boundary = (Doubles(half_height) - h) * Doubles(pi / (2.0 * half_height));
    const Mask high = from_plane > Doubles(pi / 4.0);
    Doubles s, c;
    sin_cos(select(high, from_boundary, from_plane), s, c);
    const Doubles sine = select(high, s, c);                         // sin of the angle from the boundary
    const Doubles cosine = select(high, c, s);                       // cos of it
    const Words sign = bits(negate(zs)) & Words(uint64_t{1} << 63);  // set above the plane
    const Doubles twice = cosine + cosine;
    Doubles previous(0.0), current = sine;
    for (int m = 1; m <= mode_count; ++m) {
        const bool even = m % 2 == 0;
        // above the plane (-1)^(m+1): even modes turn over
        (even ? from_bits(bits(current) ^ sign) : current).store(tile.mode[m] + i);
        const Doubles next = fma(twice, current, negate(previous));
        previous = current;
        current = next;
    }
}

void prepare(const PrepareRequest& request, int64_t count, const double* x, const double* y, const double* z,
             const double* age, const double* energy, Tile& tile) {
    const Geometry& g = request.geometry;
    tile.size = (count + lanes - 1) / lanes * lanes;
    Doubles youngest(1e300), oldest(-1e300), highest(0.0), farthest(0.0), counted(0.0);
    for (int64_t i = 0; i < tile.size; i += lanes) {
        double lane_used[lanes];
        for (int l = 0; l < lanes; ++l) lane_used[l] = i + l < count ? 1.0 : 0.0;
        const Doubles dx = Doubles(g.x) - Doubles::load(x + i);
        const Doubles dy = Doubles(g.y) - Doubles::load(y + i);
        const Doubles zs = Doubles::load(z + i);
        const Doubles explosion = Doubles::load(age + i);
        const Doubles tau = explosion - Doubles(request.delay);
        const Doubles dz = Doubles(g.z) - zs;
        const Doubles rho2 = fma(dx, dx, dy * dy);
        const Doubles distance2 = fma(dz, dz, rho2);
        const Doubles h = absolute(zs);

        Mask counts = Doubles::load(lane_used) > Doubles(0.0);
        counts = counts & (tau > Doubles(0.0)) & (Doubles(g.half_height) > h);
        counts = counts & (Doubles(request.maximum_age) > explosion);
        // "smaller than" drops: keep what is not smaller
        const Doubles one(1.0), zero(0.0);
        const auto keep_unless = [&](Mask drop) { counts = counts & (select(drop, zero, one) > zero); };
        keep_unless(Doubles(request.minimum_age) > tau);
        keep_unless(Doubles(request.minimum_distance2) > distance2);
        keep_unless(distance2 > tau * tau * Doubles(request.causal_speed2));
        keep_unless((Doubles(request.exclude_distance2) > distance2) &
                    (Doubles(request.exclude_age) > explosion));

        const Doubles safe_tau = select(counts, tau, Doubles(harmless_age));
        const Doubles inverse = Doubles(1.0) / safe_tau;
        const Doubles half = Doubles(0.5) * inverse;
        Doubles weight = energy != nullptr ? Doubles::load(energy + i) : one;
        weight = zero_unless(counts, weight);
        const Doubles mode_weight = weight * inverse;
        const Doubles safe_dx = zero_unless(counts, dx), safe_dy = zero_unless(counts, dy);
        // by position alone, so that the modes serve every delay
        const Doubles safe_zs = zero_unless(Doubles(g.half_height) > h, zs);

        safe_tau.store(tile.age + i);
        (zero_unless(counts, rho2) * inverse).store(tile.rho2_per_age + i);
        (zero_unless(counts, distance2) * inverse).store(tile.distance2_per_age + i);
        half.store(tile.half_per_age + i);
        (safe_dx * half).store(tile.flow_x + i);
        (safe_dy * half).store(tile.flow_y + i);
        safe_zs.store(tile.source_z + i);
        (mode_weight * sqrt(inverse)).store(tile.image_weight + i);
        mode_weight.store(tile.mode_weight + i);
        if (request.modes > 0) source_modes(safe_zs, g.half_height, i, tile);

        youngest = select(counts, negate(max(negate(youngest), negate(tau))), youngest);
        oldest = select(counts, max(oldest, tau), oldest);
        highest = select(counts, max(highest, h), highest);
        farthest = select(counts, max(farthest, distance2), farthest);
        counted = counted + select(counts, one, zero);
    }
    double low[lanes], high[lanes], top[lanes], far[lanes];
    youngest.store(low);
    oldest.store(high);
    highest.store(top);
    farthest.store(far);
    tile.youngest = low[0];
    tile.oldest = high[0];
    tile.highest = top[0];
    tile.farthest2 = far[0];
    for (int l = 1; l < lanes; ++l) {
        if (low[l] < tile.youngest) tile.youngest = low[l];
        if (high[l] > tile.oldest) tile.oldest = high[l];
        if (top[l] > tile.highest) tile.highest = top[l];
        if (far[l] > tile.farthest2) tile.farthest2 = far[l];
    }
    tile.counted = static_cast<int64_t>(sum(counted));
}

void split_weights(const Tile& tile, double age, double* image_weight, double* mode_weight) {
    for (int64_t i = 0; i < tile.size; i += lanes) {
        const Mask old = Doubles::load(tile.age + i) > Doubles(age);
        select(old, Doubles(0.0), Doubles::load(tile.image_weight + i)).store(image_weight + i);
        zero_unless(old, Doubles::load(tile.mode_weight + i)).store(mode_weight + i);
    }
}

/// Eight sources of a tile as a kernel sees them. A further delay d shortens their ages tau, and what is
/// divided by them grows by tau/(tau - d).
template <bool Delayed>
struct Sources {
    const Tile& tile;
    int64_t i;
    Doubles age, growth;

    Sources(const Tile& t, int64_t first, Doubles delay)
        : tile(t), i(first), age(Doubles::load(t.age + first)) {
        if constexpr (Delayed) {
            const Doubles effective = age - delay;
            growth = age / effective;
            age = effective;
        }
    }

    Doubles grown(const double* per_age) const {
        const Doubles value = Doubles::load(per_age + i);
        if constexpr (Delayed) return value * growth;
        return value;
    }
    Doubles rho2_per_age() const { return grown(tile.rho2_per_age); }
    Doubles half_per_age() const { return grown(tile.half_per_age); }
    Doubles mode_weight() const { return grown(tile.mode_weight); }
    Doubles image_weight() const {
        const Doubles weight = grown(tile.image_weight);
        if constexpr (Delayed) return weight * sqrt(growth);
        return weight;
    }
    /// exp(-s/(4D) - Gamma tau) for the image series.
    Doubles image_envelope(Doubles quarter, Doubles loss) const {
        return exp(fma(grown(tile.distance2_per_age), quarter, age * loss));
    }

    /// Density e, current e flow.
    void add_planar(Sums& sums, Doubles e) const {
        sums.n = sums.n + e;
        if constexpr (Delayed) e = e * growth;
        sums.x = fma(e, Doubles::load(tile.flow_x + i), sums.x);
        sums.y = fma(e, Doubles::load(tile.flow_y + i), sums.y);
    }
    /// The vertical sum gets the envelope times `vertical`.
    void add(Sums& sums, Doubles e, Doubles envelope, Doubles vertical) const {
        add_planar(sums, e);
        sums.z = fma(envelope, vertical, sums.z);
    }
};

template <bool Delayed>
void free_space(const Tile& tile, const Geometry& g, double diffusion, double loss_rate, double delay,
                double out[4]) {
    const Doubles quarter(-0.25 / diffusion), loss(-loss_rate), z(g.z);
    Sums sums;
    for (int64_t i = 0; i < tile.size; i += lanes) {
        const Sources<Delayed> sources(tile, i, delay);
        const Doubles e = sources.image_envelope(quarter, loss) * sources.image_weight();
        sources.add(sums, e, e, (z - Doubles::load(tile.source_z + i)) * sources.half_per_age());
    }
    sums.store(out);
}

/// 2 sinh(y) to rounding for |y| < 0.3.
inline Doubles twice_sinh(Doubles y) {
    const Doubles w = y * y, one(1.0);
    Doubles p = fma(w, Doubles(1.0 / 110.0), one);
    p = fma(w * Doubles(1.0 / 72.0), p, one);
    p = fma(w * Doubles(1.0 / 42.0), p, one);
    p = fma(w * Doubles(1.0 / 20.0), p, one);
    p = fma(w * Doubles(1.0 / 6.0), p, one);
    return (y + y) * p;
}

/// Images -4..4 seen from the midplane: with a = exp(-4H(H-zs)/q), b = exp(-4H(H+zs)/q) the pairs are powers,
/// n = +-1: a, b; +-2: a^3 b, a b^3; +-3: a^6 b^3, a^3 b^6; +-4: a^10 b^6, a^6 b^10.
template <bool Delayed>
void images_midplane(const Tile& tile, const Geometry& g, double diffusion, double loss_rate, double delay,
                     double out[4]) {
    const double h = g.half_height;
    const Doubles quarter(-0.25 / diffusion), loss(-loss_rate), minus_h(-h / diffusion), two_h(2.0 * h);
    Sums sums;
    for (int64_t i = 0; i < tile.size; i += lanes) {
        const Sources<Delayed> sources(tile, i, delay);
        const Doubles zs = Doubles::load(tile.source_z + i);
        const Doubles half = sources.half_per_age();
        const Doubles e = sources.image_envelope(quarter, loss) * sources.image_weight();
        const Doubles per_age = minus_h * (half + half);
        const Doubles a = exp(per_age * (Doubles(h) - zs));
        const Doubles b = exp(per_age * (Doubles(h) + zs));
        const Doubles ab = a * b, a2 = a * a, b2 = b * b;
        const Doubles ab2 = ab * ab, ab3 = ab2 * ab, ab6 = ab3 * ab3;
        const Doubles a3 = a2 * a, b3 = b2 * b, a4 = a2 * a2, b4 = b2 * b2;
        const Doubles odd = fma(ab3, a3 + b3, a + b);
        const Doubles even = fma(ab6, a4 + b4, ab * (a2 + b2));
        const Doubles one(1.0);
        const Doubles value = (one - odd) + even;
        // sum of (-1)^n (z - z_n): -zs (1 + odd + even) + 2H (difference of the pairs times |n|), where
        // a - b = 2 sqrt(ab) sinh(y) close to the plane, so that no digits are lost there
        const Doubles y = negate(per_age * zs);
        const Doubles difference = select(Doubles(0.09) > y * y, sqrt(ab) * twice_sinh(y), a - b);
        const Doubles sum_ab = a + b, squares = a2 + b2;
        const Doubles pairs =
            difference * fma(Doubles(2.0) * ab, sum_ab,
                             fma(Doubles(3.0) * ab3, squares + ab, fma(Doubles(4.0) * ab6, sum_ab * squares, one)));
        const Doubles slope = fma(two_h, pairs, negate(zs * ((one + odd) + even)));
        sources.add(sums, e * value, e, slope * half);
    }
    sums.store(out);
}

template <bool Delayed>
void images_general(const Tile& tile, const Geometry& g, double diffusion, double loss_rate, double delay,
                    double out[4]) {
    const double h = g.half_height;
    const Doubles quarter(-0.25 / diffusion), loss(-loss_rate), z(g.z);
    Sums sums;
    for (int64_t i = 0; i < tile.size; i += lanes) {
        const Sources<Delayed> sources(tile, i, delay);
        const Doubles zs = Doubles::load(tile.source_z + i);
        const Doubles half = sources.half_per_age();
        const Doubles e = sources.image_envelope(quarter, loss) * sources.image_weight();
        const Doubles per_q = Doubles(-0.5 / diffusion) * half;  // -1/q
        const Doubles dz = z - zs;
        Doubles value(1.0), slope = dz;
        for (int m = -2; m <= 2; ++m) {
            if (m != 0) {
                const Doubles exponent = Doubles(8.0 * m * h) * (Doubles(2.0 * m * h) - dz);
                const Doubles t = exp(exponent * per_q);
                value = value + t;
                slope = fma(t, dz - Doubles(4.0 * m * h), slope);
            }
            if (m < 2) {
                const double centre = (2.0 * m + 1.0) * h;
                const Doubles exponent = Doubles(4.0 * (centre - g.z)) * (Doubles(centre) - zs);
                const Doubles t = exp(exponent * per_q);
                value = value - t;
                slope = fma(t, Doubles(2.0 * centre) - zs - z, slope);
            }
        }
        sources.add(sums, e * value, e, slope * half);
    }
    sums.store(out);
}

/// Modes 1..M; seen from the midplane the odd ones carry the density and the even ones the vertical slope.
template <int M, bool Midplane, bool Delayed>
void modes(const Tile& tile, const Geometry& g, double diffusion, double loss_rate, double delay,
           double out[4]) {
    const double k1 = pi / (2.0 * g.half_height);
    const double decay = diffusion * k1 * k1;
    const Doubles quarter(-0.25 / diffusion), loss(-(loss_rate + decay)), ratio(-decay), ratio3(-3.0 * decay);
    Sums sums;
    for (int64_t i = 0; i < tile.size; i += lanes) {
        const Sources<Delayed> sources(tile, i, delay);
        const Doubles age = sources.age;
        const Doubles e = exp(fma(sources.rho2_per_age(), quarter, age * loss)) * sources.mode_weight();
        Doubles term = Doubles::load(tile.mode[1] + i);
        Doubles value = Midplane ? term : term * Doubles(g.mode_value[1]);
        Doubles slope = Midplane ? Doubles(0.0) : term * Doubles(g.mode_slope[1]);
        const auto include = [&](int m, Doubles decayed) {
            term = Doubles::load(tile.mode[m] + i) * decayed;
            if (!Midplane || m % 2 == 1) value = fma(term, Doubles(g.mode_value[m]), value);
            if (!Midplane || m % 2 == 0) slope = fma(term, Doubles(g.mode_slope[m]), slope);
        };
        if constexpr (M == 2) include(2, exp(age * ratio3));
        if constexpr (M > 2) {
            // powers m^2-1 of exp(-D k_1^2 tau)
            const Doubles p1 = exp(age * ratio);
            const Doubles p2 = p1 * p1, p3 = p2 * p1, p5 = p3 * p2, p8 = p5 * p3;
            include(2, p3);
            include(3, p8);
            if constexpr (M > 3) {
                const Doubles p16 = p8 * p8;
                include(4, p5 * p5 * p5);
                include(5, p16 * p8);
                include(6, p16 * p16 * p3);
            }
        }
        sources.add_planar(sums, e * value);
        if constexpr (!Midplane || M > 1) sums.z = fma(e, slope, sums.z);
    }
    sums.store(out);
}

void exponential(int64_t count, const double* x, double* y) {
    for (int64_t i = 0; i < count; i += lanes) exp(Doubles::load(x + i)).store(y + i);
}

template <bool Delayed>
constexpr SeriesKernels series() {
    return {free_space<Delayed>,      images_midplane<Delayed>, images_general<Delayed>,
            modes<1, true, Delayed>,  modes<2, true, Delayed>,  modes<6, true, Delayed>,
            modes<1, false, Delayed>, modes<2, false, Delayed>, modes<3, false, Delayed>,
            modes<6, false, Delayed>};
}

const DirectKernels table = {prepare, split_weights, series<false>(), series<true>(), exponential};

}  // namespace

const DirectKernels& direct_kernels();
const DirectKernels& direct_kernels() {
    return table;
}

}  // namespace greenhalo::GREENHALO_ISA
