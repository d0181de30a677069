// Compiled once per instruction set. Every moment is kept in eight lanes and summed source by source in the same
// order everywhere, so that wide and narrow registers agree to the bit.

#include "superposition/fast_kernels.h"

#include "base/simd.h"

namespace greenhalo::GREENHALO_ISA {

namespace {

constexpr double pi = 3.14159265358979323846;

// A part of eight lanes that fills one register, and how many rows of products fit into the registers.
#if GREENHALO_SIMD_AVX512
using Part = __m512d;
constexpr int parts = 1, most_rows_of_three = 8, most_rows_of_one = 8;
inline Part load_part(const double* p) { return _mm512_load_pd(p); }
inline void store_part(double* p, Part x) { _mm512_store_pd(p, x); }
inline Part multiply_add(Part a, Part b, Part c) { return _mm512_fmadd_pd(a, b, c); }
#elif GREENHALO_SIMD_AVX2
using Part = __m256d;
constexpr int parts = 2, most_rows_of_three = 4, most_rows_of_one = 8;
inline Part load_part(const double* p) { return _mm256_load_pd(p); }
inline void store_part(double* p, Part x) { _mm256_store_pd(p, x); }
inline Part multiply_add(Part a, Part b, Part c) { return _mm256_fmadd_pd(a, b, c); }
#else
using Part = Doubles;
constexpr int parts = 1, most_rows_of_three = 1, most_rows_of_one = 2;
inline Part load_part(const double* p) { return Doubles::load(p); }
inline void store_part(double* p, Part x) { x.store(p); }
inline Part multiply_add(Part a, Part b, Part c) { return fma(a, b, c); }
#endif

/// accumulators[w K + r] += sum over the block of weight w times row r, for Rows rows and Weights weights at once.
template <int Rows, int Weights>
inline void add_products(const double* const* rows, const double* const* weights, int vectors, int row_count,
                         double* accumulators) {
    for (int part = 0; part < parts; ++part) {
        const int at = part * (lanes / parts);
        Part sums[Weights][Rows];
        for (int w = 0; w < Weights; ++w) {
            for (int r = 0; r < Rows; ++r) sums[w][r] = load_part(accumulators + lanes * (w * row_count + r) + at);
        }
        for (int v = 0; v < vectors; ++v) {
            const int i = v * lanes + at;
            Part weight[Weights];
            for (int w = 0; w < Weights; ++w) weight[w] = load_part(weights[w] + i);
            for (int r = 0; r < Rows; ++r) {
                const Part row = load_part(rows[r] + i);
                for (int w = 0; w < Weights; ++w) sums[w][r] = multiply_add(row, weight[w], sums[w][r]);
            }
        }
        for (int w = 0; w < Weights; ++w) {
            for (int r = 0; r < Rows; ++r) store_part(accumulators + lanes * (w * row_count + r) + at, sums[w][r]);
        }
    }
}

/// The same for `rows_at_once` rows, a number up to Most.
template <int Most, int Weights>
inline void add_some_products(int rows_at_once, const double* const* rows, const double* const* weights,
                              int vectors, int row_count, double* accumulators) {
    if constexpr (Most > 1) {
        if (rows_at_once < Most) {
            add_some_products<Most - 1, Weights>(rows_at_once, rows, weights, vectors, row_count, accumulators);
            return;
        }
    }
    add_products<Most, Weights>(rows, weights, vectors, row_count, accumulators);
}

/// The same for all rows, in portions that fit into the registers.
template <int Most, int Weights>
inline void add_all_products(const double* const* rows, const double* const* weights, int vectors, int row_count,
                             double* accumulators) {
    const int portions = (row_count + Most - 1) / Most;
    for (int portion = 0, first = 0; portion < portions; ++portion) {
        const int next = row_count * (portion + 1) / portions;
        add_some_products<Most, Weights>(next - first, rows + first, weights, vectors, row_count,
                                         accumulators + lanes * first);
        first = next;
    }
}

/// sin and cos of an angle in [-pi/4, pi/4].
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

inline Doubles absolute(Doubles x) { return from_bits(bits(x) & Words(0x7fffffffffffffffu)); }

/// Where the arrays of a block are.
struct Block {
    double* powers;   ///< [power_count][fast_block]
    double* modes;    ///< [mode_count]: sin k_m(zs+H)
    double* degrees;  ///< [degree_count][3]: P_p, P_p dx, P_p dy
    double* weights;  ///< [3]: of the class at work
    double* sums;     ///< [moment_count][lanes]
};

inline Block block_at(const FastCell& cell, double* scratch) {
    Block b{};
    b.powers = scratch;
    b.modes = b.powers + fast_block * cell.power_count;
    b.degrees = b.modes + fast_block * cell.mode_count;
    b.weights = b.degrees + fast_block * 3 * cell.degree_count;
    b.sums = b.weights + fast_block * 3;
    return b;
}

/// What decides whether and how eight sources are summed: 1 where they count, 0 where not.
struct Flags {
    Doubles here;  ///< counts and is near enough for the rows
    Doubles far;   ///< counts and is left to the direct sum
};

inline Flags flags_of(const FastCell& cell, Doubles rho2, Doubles zs, Doubles age, int used) {
    const Doubles one(1.0), zero(0.0);
    Doubles counts = zero_unless(Doubles(cell.half_height) > absolute(zs), one);
    if (used < lanes) {
        double is_used[lanes];
        for (int l = 0; l < lanes; ++l) is_used[l] = l < used ? 1.0 : 0.0;
        counts = counts * Doubles::load(is_used);
    }
    if (cell.selective != 0) {
        const Doubles dz = Doubles(cell.z) - zs;
        const Doubles distance2 = fma(dz, dz, rho2);
        counts = select(Doubles(cell.minimum_distance2) > distance2, zero, counts);
        counts = select((Doubles(cell.exclude_distance2) > distance2) & (Doubles(cell.exclude_age) > age), zero,
                        counts);
    }
    const Doubles far = zero_unless(rho2 > Doubles(cell.fit_rho2), counts);
    return {counts - far, far};
}

/// The indices of far sources among first .. first+count-1.
int64_t find_outliers(const FastCell& cell, const FastGroup& group, int64_t first, int count, int64_t* outliers) {
    int64_t found = 0;
    for (int i = 0; i < count; i += lanes) {
        const int64_t at = first + i;
        const Doubles dx = Doubles(cell.x) - Doubles::load(group.x + at);
        const Doubles dy = Doubles(cell.y) - Doubles::load(group.y + at);
        double is_far[lanes];
        flags_of(cell, fma(dx, dx, dy * dy), Doubles::load(group.z + at), Doubles::load(group.age + at), count - i)
            .far.store(is_far);
        for (int l = 0; l < lanes; ++l) {
            if (is_far[l] != 0.0) outliers[found++] = at + l;
        }
    }
    return found;
}

/// Prepares the sources first .. first+count-1 of a group; returns the number of outliers.
inline int64_t prepare(const FastCell& cell, const FastGroup& group, int64_t first, int count, const Block& block,
                       int64_t* outliers) {
    const Doubles half_angle(pi / (4.0 * cell.half_height)), one(1.0), zero(0.0);
    Doubles far(0.0);
    for (int i = 0; i < count; i += lanes) {
        const int64_t at = first + i;
        const Doubles dx = Doubles(cell.x) - Doubles::load(group.x + at);
        const Doubles dy = Doubles(cell.y) - Doubles::load(group.y + at);
        const Doubles zs = Doubles::load(group.z + at);
        const Doubles age = Doubles::load(group.age + at);
        const Doubles rho2 = fma(dx, dx, dy * dy);
        const Flags flags = flags_of(cell, rho2, zs, age, count - i);
        const Doubles counts = flags.here;
        far = far + flags.far;

        // whatever does not count gets harmless values
        const Mask counted = counts > zero;
        const Doubles u = (age - Doubles(group.middle)) * Doubles(group.inverse_half_width);
        const Doubles safe_u = zero_unless(counted, u);
        const Doubles safe_age = select(counted, age, one);
        const Doubles s = zero_unless(counted, rho2) / safe_age;
        exp(Doubles(cell.minus_b0) * s).store(block.powers + fast_block + i);

        Doubles sine, cosine;
        sin_cos(zero_unless(counted, zs) * half_angle, sine, cosine);
        const Doubles minus_twice = negate(sine * cosine) * Doubles(4.0);  // -2 sin(pi zs/2H)
        Doubles previous(0.0), current = fma(sine * Doubles(-2.0), sine, one);
        current.store(block.modes + i);
        for (int m = 2; m <= cell.mode_count; ++m) {
            const Doubles next = fma(minus_twice, current, negate(previous));
            previous = current;
            current = next;
            current.store(block.modes + fast_block * (m - 1) + i);
        }

        double* degrees = block.degrees + i;
        const Doubles safe_dx = zero_unless(counted, dx), safe_dy = zero_unless(counted, dy);
        counts.store(degrees);
        safe_dx.store(degrees + fast_block);
        safe_dy.store(degrees + 2 * fast_block);
        Doubles before = counts, legendre = safe_u;
        for (int p = 1; p < cell.degree_count; ++p) {
            degrees += 3 * fast_block;
            legendre.store(degrees);
            (legendre * safe_dx).store(degrees + fast_block);
            (legendre * safe_dy).store(degrees + 2 * fast_block);
            // (p+1) P_{p+1} = (2p+1) u P_p - p P_{p-1}
            const Doubles next = (Doubles((2.0 * p + 1.0) / (p + 1.0)) * safe_u) * legendre -
                                 Doubles(p / (p + 1.0)) * before;
            before = legendre;
            legendre = next;
        }
    }
    return sum(far) > 0.0 ? find_outliers(cell, group, first, count, outliers) : 0;
}

inline void make_powers(const FastCell& cell, int vectors, const Block& block) {
    for (int p = 2; p < cell.power_count; ++p) {
        const double* left = block.powers + fast_block * cell.left[p];
        const double* right = block.powers + fast_block * cell.right[p];
        double* product = block.powers + fast_block * p;
        for (int i = 0; i < vectors * lanes; i += lanes) {
            (Doubles::load(left + i) * Doubles::load(right + i)).store(product + i);
        }
    }
}

inline void add_class(const FastCell& cell, const FastClass& c, int vectors, const Block& block) {
    const double* mode = block.modes + fast_block * (c.mode - 1);
    const double* degrees = block.degrees + fast_block * 3 * c.degree;
    const double* weights[3] = {block.weights, block.weights + fast_block, block.weights + 2 * fast_block};
    for (int i = 0; i < vectors * lanes; i += lanes) {
        const Doubles z = Doubles::load(mode + i);
        for (int w = 0; w < c.components; ++w) {
            (z * Doubles::load(degrees + w * fast_block + i)).store(block.weights + w * fast_block + i);
        }
    }
    const double* rows[fast_max_rows];
    for (int r = 0; r < c.row_count; ++r) rows[r] = block.powers + fast_block * c.rows[r];
    double* sums = block.sums + int64_t{lanes} * c.moment;
    if (c.components == 3) {
        add_all_products<most_rows_of_three, 3>(rows, weights, vectors, c.row_count, sums);
    } else {
        add_all_products<most_rows_of_one, 1>(rows, weights, vectors, c.row_count, sums);
    }
    (void)cell;
}

int64_t sum_group(const FastCell& cell, const FastGroup& group, double* scratch, double* moments,
                  int64_t* outliers) {
    const Block block = block_at(cell, scratch);
    const Doubles zero(0.0), one(1.0);
    for (int i = 0; i < cell.moment_count; ++i) zero.store(block.sums + lanes * i);
    for (int i = 0; i < fast_block; i += lanes) one.store(block.powers + i);
    int64_t found = 0;
    for (int64_t first = 0; first < group.count; first += fast_block) {
        const int64_t left = group.count - first;
        const int count = static_cast<int>(left < fast_block ? left : fast_block);
        const int vectors = (count + lanes - 1) / lanes;
        found += prepare(cell, group, first, count, block, outliers + found);
        make_powers(cell, vectors, block);
        for (int c = 0; c < cell.class_count; ++c) add_class(cell, cell.classes[c], vectors, block);
    }
    for (int i = 0; i < cell.moment_count; ++i) moments[i] = sum(Doubles::load(block.sums + lanes * i));
    return found;
}

void deposit(const FastCell& cell, const double* age_factors, const double* moments, double* cell_moments) {
    for (int c = 0; c < cell.class_count; ++c) {
        const FastClass& k = cell.classes[c];
        const Doubles factors = Doubles::load(age_factors + fast_chebyshev * k.degree);
        for (int i = k.moment; i < k.moment + k.components * k.row_count; ++i) {
            double* to = cell_moments + fast_chebyshev * i;
            fma(Doubles(moments[i]), factors, Doubles::load(to)).store(to);
        }
    }
}

void contract(const FastCell& cell, int64_t term_count, const FastTerm* terms, int separable, const double* weights,
              const double* cell_moments, double* sums) {
    for (int64_t t = 0; t < term_count; ++t) {
        const FastTerm& term = terms[t];
        const FastClass& c = cell.classes[term.class_index];
        const int rows = c.row_count;
        const double* w = weights + term.weights;
        const double* m = cell_moments + int64_t{fast_chebyshev} * c.moment;
        double s[3] = {0.0, 0.0, 0.0};
        for (int component = 0; component < c.components; ++component) {
            Doubles total(0.0);
            if (separable != 0) {
                for (int r = 0; r < rows; ++r) {
                    total = fma(Doubles(w[r]), Doubles::load(m + fast_chebyshev * (component * rows + r)), total);
                }
                total = total * Doubles::load(w + rows + (component == 0 ? 0 : fast_chebyshev));
            } else {
                const double* table = w + (component == 0 ? 0 : fast_chebyshev * rows);
                for (int r = 0; r < rows; ++r) {
                    total = fma(Doubles::load(table + fast_chebyshev * r),
                                Doubles::load(m + fast_chebyshev * (component * rows + r)), total);
                }
            }
            s[component] = sum(total);
        }
        double* to = sums + 4 * term.channel;
        to[0] += term.value * s[0];
        to[1] += term.value * s[1];
        to[2] += term.value * s[2];
        to[3] += term.slope * s[0];
    }
}

const FastKernels table = {sum_group, deposit, contract};

}  // namespace

const FastKernels& fast_kernels();
const FastKernels& fast_kernels() { return table; }

}  // namespace greenhalo::GREENHALO_ISA
