// Compiled once per instruction set. Only bounds are computed here, with a margin for rounding: no result
// depends on the last bits.

#include "superposition/dominant_kernels.h"

#include "base/simd.h"

namespace greenhalo::GREENHALO_ISA {

namespace {

inline Doubles absolute(Doubles x) {
    return from_bits(bits(x) & Words(0x7fffffffffffffffu));
}

double largest_lane(Doubles x) {
    double v[lanes];
    x.store(v);
    double largest = v[0];
    for (int l = 1; l < lanes; ++l) {
        if (v[l] > largest) largest = v[l];
    }
    return largest;
}

double measure(const CountRequest& r, int64_t count, const double* x, const double* y, const double* z,
               const double* age, double* distance2, double* weight) {
    const Doubles one(1.0), zero(0.0);
    Doubles highest(0.0);
    for (int64_t i = 0; i < count; i += lanes) {
        double used[lanes];
        for (int l = 0; l < lanes; ++l) used[l] = i + l < count ? 1.0 : 0.0;
        const Doubles zs = Doubles::load(z + i), explosion = Doubles::load(age + i), h = absolute(zs);
        const Doubles dx = Doubles(r.x) - Doubles::load(x + i), dy = Doubles(r.y) - Doubles::load(y + i);
        const Doubles dz = Doubles(r.z) - zs;
        const Doubles d2 = (dx * dx + dy * dy) + dz * dz;
        Mask counts = Doubles::load(used) > zero;
        const auto keep_unless = [&](Mask drop) { counts = counts & (select(drop, zero, one) > zero); };
        counts = counts & (Doubles(r.half_height) > h) & (Doubles(r.maximum_age) > explosion);
        keep_unless(Doubles(r.minimum_distance2) > d2);
        keep_unless((Doubles(r.exclude_distance2) > d2) & (Doubles(r.exclude_age) > explosion));
        zero_unless(counts, d2).store(distance2 + i);
        zero_unless(counts, one).store(weight + i);
        highest = max(highest, zero_unless(counts, h));
    }
    return largest_lane(highest);
}

void prepare(const BoundSources& s, double delay, double* inverse_age, double* steep,
             double* steep_distance) {
    const Doubles zero(0.0), one(1.0);
    for (int64_t i = 0; i < s.size; i += lanes) {
        const Doubles tau = Doubles::load(s.age + i) - Doubles(delay), weight = Doubles::load(s.weight + i);
        const Mask counts = (tau > zero) & (weight > zero);
        const Doubles inverse = one / select(counts, tau, one);
        const Doubles w = zero_unless(counts, inverse * inverse * sqrt(inverse));
        inverse.store(inverse_age + i);
        w.store(steep + i);
        (w * sqrt(Doubles::load(s.distance2 + i))).store(steep_distance + i);
    }
}

double add_bound(const BoundSources& s, const double* inverse_age, const double* steep,
                 const double* steep_distance, double factor, double reach, double decay, double* bound) {
    const Doubles c(factor), x(reach), k(-decay);
    Doubles largest(0.0);
    for (int64_t i = 0; i < s.size; i += lanes) {
        const Doubles bell = exp(k * (Doubles::load(s.distance2 + i) * Doubles::load(inverse_age + i)));
        const Doubles size = Doubles::load(steep_distance + i) + x * Doubles::load(steep + i);
        const Doubles sum = Doubles::load(bound + i) + c * (size * bell);
        sum.store(bound + i);
        largest = max(largest, sum);
    }
    return largest_lane(largest);
}

const DominantKernels table = {measure, prepare, add_bound};

}  // namespace

const DominantKernels& dominant_kernels();
const DominantKernels& dominant_kernels() {
    return table;
}

}  // namespace greenhalo::GREENHALO_ISA
