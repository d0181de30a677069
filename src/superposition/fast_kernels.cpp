// Compiled once per instruction set. Every moment is kept in eight lanes and summed source by source in the
// same order everywhere, so that wide and narrow registers agree to the bit.

#include "superposition/fast_kernels.h"

#include "base/simd.h"

namespace greenhalo::GREENHALO_ISA {

namespace {

constexpr double pi = 3.14159265358979323846;

// A part of eight lanes that fills one register, and how many rows of products fit into the registers.
#if GREENHALO_SIMD_AVX512
using Part = __m512d;
constexpr int parts = 1, most_rows_of_three = 8, most_rows_of_one = 8;
inline Part load_part(const double* p) {
    return _mm512_load_pd(p);
}
inline void store_part(double* p, Part x) {
    _mm512_store_pd(p, x);
}
inline Part multiply_add(Part a, Part b, Part c) {
    return _mm512_fmadd_pd(a, b, c);
}
inline Part multiply(Part a, Part b) {
    return _mm512_mul_pd(a, b);
}
inline Part add_parts(Part a, Part b) {
    return _mm512_add_pd(a, b);
}
inline Part zero_part() {
    return _mm512_setzero_pd();
}
#elif GREENHALO_SIMD_AVX2
using Part = __m256d;
constexpr int parts = 2, most_rows_of_three = 4, most_rows_of_one = 8;
inline Part load_part(const double* p) {
    return _mm256_load_pd(p);
}
inline void store_part(double* p, Part x) {
    _mm256_store_pd(p, x);
}
inline Part multiply_add(Part a, Part b, Part c) {
    return _mm256_fmadd_pd(a, b, c);
}
inline Part multiply(Part a, Part b) {
    return _mm256_mul_pd(a, b);
}
inline Part add_parts(Part a, Part b) {
    return _mm256_add_pd(a, b);
}
inline Part zero_part() {
    return _mm256_setzero_pd();
}
#else
using Part = Doubles;
constexpr int parts = 1, most_rows_of_three = 1, most_rows_of_one = 2;
inline Part load_part(const double* p) {
    return Doubles::load(p);
}
inline void store_part(double* p, Part x) {
    x.store(p);
}
inline Part multiply_add(Part a, Part b, Part c) {
    return fma(a, b, c);
}
inline Part multiply(Part a, Part b) {
    return a * b;
}
inline Part add_parts(Part a, Part b) {
    return a + b;
}
inline Part zero_part() {
    return Doubles(0.0);
}
#endif

/// One class at work on one block.
struct Products {
    const double* mode;         ///< zeta_m
    const double* degree;       ///< P_p, and at distances of fast_block P_p dx and P_p dy
    const double* const* rows;  ///< [K]
    int vectors, row_count;     ///< groups of eight sources; K
    double* accumulators;       ///< [components][K][lanes]
};

/// accumulators[w][r] += sum over the block of zeta_m times weight w times row r, for all weights and the
/// rows first .. first+Rows-1. With two chains the even and the odd groups of eight are summed apart, so that
/// few rows do not wait for each other; which classes have two is the same on every instruction set.
template <int Rows, int Weights, int Chains>
inline void add_products(const Products& p, int first) {
    for (int part = 0; part < parts; ++part) {
        const int at = part * (lanes / parts);
        double* const to = p.accumulators + lanes * first + at;
        Part sums[Chains][Weights][Rows];
        for (int w = 0; w < Weights; ++w) {
            for (int r = 0; r < Rows; ++r) {
                sums[0][w][r] = load_part(to + lanes * (w * p.row_count + r));
                if constexpr (Chains == 2) sums[1][w][r] = zero_part();
            }
        }
        const auto add = [&](int v, Part(&chain)[Weights][Rows]) {
            const int i = v * lanes + at;
            const Part mode = load_part(p.mode + i);
            Part weight[Weights];
            for (int w = 0; w < Weights; ++w)
                weight[w] = multiply(mode, load_part(p.degree + w * fast_block + i));
            for (int r = 0; r < Rows; ++r) {
                const Part row = load_part(p.rows[first + r] + i);
                for (int w = 0; w < Weights; ++w) chain[w][r] = multiply_add(row, weight[w], chain[w][r]);
            }
        };
        int v = 0;
        if constexpr (Chains == 2) {
            for (; v + 1 < p.vectors; v += 2) {
                add(v, sums[0]);
                add(v + 1, sums[1]);
            }
        }
        for (; v < p.vectors; ++v) add(v, sums[0]);
        for (int w = 0; w < Weights; ++w) {
            for (int r = 0; r < Rows; ++r) {
                if constexpr (Chains == 2) sums[0][w][r] = add_parts(sums[0][w][r], sums[1][w][r]);
                store_part(to + lanes * (w * p.row_count + r), sums[0][w][r]);
            }
        }
    }
}

/// The same for `count` rows, a number up to Most.
template <int Most, int Weights, int Chains>
inline void add_some_products(int count, const Products& p, int first) {
    if constexpr (Most > 1) {
        if (count < Most) {
            add_some_products<Most - 1, Weights, Chains>(count, p, first);
            return;
        }
    }
    add_products<Most, Weights, Chains>(p, first);
}

/// The same for all rows, in portions that fit into the registers.
template <int Most, int Weights>
inline void add_all_products(const Products& p) {
    constexpr int few = 6 / Weights;
    if (p.row_count <= few) {
        add_some_products<few, Weights, 2>(p.row_count, p, 0);
        return;
    }
    const int portions = (p.row_count + Most - 1) / Most;
    for (int portion = 0, first = 0; portion < portions; ++portion) {
        const int next = p.row_count * (portion + 1) / portions;
        add_some_products<Most, Weights, 1>(next - first, p, first);
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

inline Doubles absolute(Doubles x) {
    return from_bits(bits(x) & Words(0x7fffffffffffffffu));
}

/// Where the arrays of a block are.
struct Block {
    double* powers;   ///< [power_count][fast_block]
    double* modes;    ///< [mode_count]: sin k_m(zs+H)
    double* degrees;  ///< [degree_count][3]: P_p, P_p dx, P_p dy
    double* sums;     ///< [moment_count][lanes]
};

inline Block block_at(const FastCell& cell, double* scratch) {
    Block b{};
    b.powers = scratch;
    b.modes = b.powers + fast_block * cell.power_count;
    b.degrees = b.modes + fast_block * cell.mode_count;
    b.sums = b.degrees + fast_block * 3 * cell.degree_count;
    return b;
}

/// Whether sources count, wherever they are.
inline Mask are_selected(const FastCell& cell, Doubles rho2, Doubles zs, Doubles age) {
    const Mask inside = Doubles(cell.half_height) > absolute(zs);
    if (cell.selective == 0) return inside;
    const Doubles one(1.0), zero(0.0), dz = Doubles(cell.z) - zs;
    const Doubles distance2 = fma(dz, dz, rho2);
    const Doubles kept = select(Doubles(cell.minimum_distance2) > distance2, zero, one);
    const Mask excluded = (Doubles(cell.exclude_distance2) > distance2) & (Doubles(cell.exclude_age) > age);
    return inside & (select(excluded, zero, kept) > zero);
}

/// Whether the fit covers the distance of a source; all others are outliers.
inline Mask is_near(const FastCell& cell, Doubles rho2) { return Doubles(cell.fit_rho2) > rho2; }

/// The indices of far sources among first .. first+count-1.
int64_t find_outliers(const FastCell& cell, const FastGroup& group, int64_t first, int count,
                      int64_t* outliers) {
    int64_t found = 0;
    for (int i = 0; i < count; i += lanes) {
        const int64_t at = first + i;
        const Doubles dx = Doubles(cell.x) - Doubles::load(group.x + at);
        const Doubles dy = Doubles(cell.y) - Doubles::load(group.y + at);
        const Doubles rho2 = fma(dx, dx, dy * dy);
        const Mask counts =
            are_selected(cell, rho2, Doubles::load(group.z + at), Doubles::load(group.age + at));
        double selected[lanes], near[lanes];
        zero_unless(counts, Doubles(1.0)).store(selected);
        zero_unless(is_near(cell, rho2), Doubles(1.0)).store(near);
        for (int l = 0; l < lanes; ++l) {
            if (selected[l] != 0.0 && near[l] == 0.0) outliers[found++] = at + l;
        }
    }
    return found;
}

/// -b0/age in a group whose u = (age - middle)/half width is known: a series when the group is narrow.
template <bool Narrow>
inline Doubles exponent_per_rho2(const FastGroup& group, Doubles age, Doubles u) {
    if constexpr (Narrow) {
        Doubles p(group.inverse_age[fast_inverse_degree]);
        for (int k = fast_inverse_degree - 1; k >= 0; --k) p = fma(p, u, Doubles(group.inverse_age[k]));
        return p;
    } else {
        return Doubles(group.inverse_age[0]) / age;
    }
}

/// Prepares the sources first .. first+count-1 of a group; returns the number of outliers.
template <bool Narrow>
int64_t prepare(const FastCell& cell, const FastGroup& group, int64_t first, int count, const Block& block,
                int64_t* outliers) {
    const Doubles half_angle(pi / (4.0 * cell.half_height)), one(1.0);
    const Doubles middle(group.middle), inverse_half_width(group.inverse_half_width);
    Doubles farthest(0.0);
    for (int i = 0; i < count; i += lanes) {
        const int64_t at = first + i;
        const Doubles dx = Doubles(cell.x) - Doubles::load(group.x + at);
        const Doubles dy = Doubles(cell.y) - Doubles::load(group.y + at);
        const Doubles zs = Doubles::load(group.z + at);
        const Doubles age = Doubles::load(group.age + at);
        const Doubles rho2 = fma(dx, dx, dy * dy);
        const Mask counts = are_selected(cell, rho2, zs, age);
        farthest = max(farthest, zero_unless(counts, rho2));
        const Mask here = counts & is_near(cell, rho2);

        const Doubles u = (age - middle) * inverse_half_width;
        exp(rho2 * exponent_per_rho2<Narrow>(group, age, u)).store(block.powers + fast_block + i);

        // what does not count has weight zero and nothing infinite
        Doubles sine, cosine;
        sin_cos(zero_unless(here, zs) * half_angle, sine, cosine);
        Doubles previous(0.0), current = fma(sine * Doubles(-2.0), sine, one);
        current.store(block.modes + i);
        if (cell.mode_count > 1) {
            const Doubles minus_twice = (sine * cosine) * Doubles(-4.0);  // -2 sin(pi zs/2H)
            for (int m = 2; m <= cell.mode_count; ++m) {
                const Doubles next = fma(minus_twice, current, negate(previous));
                previous = current;
                current = next;
                current.store(block.modes + fast_block * (m - 1) + i);
            }
        }

        double* degrees = block.degrees + i;
        const Doubles weight = zero_unless(here, one);
        const Doubles flow_x = zero_unless(here, dx), flow_y = zero_unless(here, dy);
        weight.store(degrees);
        flow_x.store(degrees + fast_block);
        flow_y.store(degrees + 2 * fast_block);
        Doubles before = one, legendre = u;
        for (int p = 1; p < cell.degree_count; ++p) {
            degrees += 3 * fast_block;
            (legendre * weight).store(degrees);
            (legendre * flow_x).store(degrees + fast_block);
            (legendre * flow_y).store(degrees + 2 * fast_block);
            // (p+1) P_{p+1} = (2p+1) u P_p - p P_{p-1}
            const Doubles next =
                (Doubles((2.0 * p + 1.0) / (p + 1.0)) * u) * legendre - Doubles(p / (p + 1.0)) * before;
            before = legendre;
            legendre = next;
        }
    }
    double farthest_of[lanes];
    farthest.store(farthest_of);
    for (const double rho2 : farthest_of) {
        if (!(cell.fit_rho2 > rho2)) return find_outliers(cell, group, first, count, outliers);
    }
    return 0;
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

inline void add_class(const FastClass& c, int vectors, const Block& block) {
    const double* rows[fast_max_rows];
    for (int r = 0; r < c.row_count; ++r) rows[r] = block.powers + fast_block * c.rows[r];
    const Products products = {block.modes + fast_block * (c.mode - 1),
                               block.degrees + fast_block * 3 * c.degree,
                               rows,
                               vectors,
                               c.row_count,
                               block.sums + int64_t{lanes} * c.moment};
    if (c.components == 3) {
        add_all_products<most_rows_of_three, 3>(products);
    } else {
        add_all_products<most_rows_of_one, 1>(products);
    }
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
        found += group.narrow != 0 ? prepare<true>(cell, group, first, count, block, outliers + found)
                                   : prepare<false>(cell, group, first, count, block, outliers + found);
        make_powers(cell, vectors, block);
        for (int c = 0; c < cell.class_count; ++c) add_class(cell.classes[c], vectors, block);
    }
    for (int i = 0; i < cell.moment_count; ++i) moments[i] = sum(Doubles::load(block.sums + lanes * i));
    return found;
}

void deposit(const FastCell& cell, const double* age_factors, const double* moments, double* cell_moments) {
    for (int c = 0; c < cell.class_count; ++c) {
        const FastClass& k = cell.classes[c];
        for (int component = 0; component < k.components; ++component) {
            const int degree = component == 0 ? k.degree : cell.degree_count + k.degree;
            const Doubles factors = Doubles::load(age_factors + fast_chebyshev * degree);
            const int first = k.moment + component * k.row_count;
            for (int i = first; i < first + k.row_count; ++i) {
                double* to = cell_moments + fast_chebyshev * i;
                fma(Doubles(moments[i]), factors, Doubles::load(to)).store(to);
            }
        }
    }
}

/// Sums over rows of weights of eight channels times the Chebyshev moments of one component, for all orders.
inline void weigh_rows(const double* weights, const double* moments, int rows, Doubles sums[fast_chebyshev]) {
    for (int k = 0; k < fast_chebyshev; ++k) sums[k] = Doubles(0.0);
    for (int r = 0; r < rows; ++r) {
        const Doubles w = Doubles::load(weights + lanes * r);
        for (int k = 0; k < fast_chebyshev; ++k)
            sums[k] = fma(w, Doubles(moments[fast_chebyshev * r + k]), sums[k]);
    }
}

/// The same with the age factors, which are the same for every row.
inline Doubles contract_separable(const double* weights, const double* factors, const double* moments,
                                  int rows) {
    Doubles sums[fast_chebyshev];
    weigh_rows(weights, moments, rows, sums);
    Doubles total(0.0);
    for (int k = 0; k < fast_chebyshev; ++k) total = fma(Doubles::load(factors + lanes * k), sums[k], total);
    return total;
}

/// Weights that depend on row and order.
inline Doubles contract_table(const double* weights, const double* moments, int rows) {
    Doubles even(0.0), odd(0.0);
    for (int i = 0; i < fast_chebyshev * rows; i += 2) {
        even = fma(Doubles::load(weights + lanes * i), Doubles(moments[i]), even);
        odd = fma(Doubles::load(weights + lanes * (i + 1)), Doubles(moments[i + 1]), odd);
    }
    return even + odd;
}

void contract(const FastCell& cell, int64_t term_count, const FastTerm* terms, int separable,
              const double* weights, const double* cell_moments, double* sums) {
    for (int64_t t = 0; t < term_count; ++t) {
        const FastTerm& term = terms[t];
        const FastClass& c = cell.classes[term.class_index];
        const int rows = c.row_count;
        const double* slope = weights + term.shared;
        const double* w = weights + term.weights;
        const double* m = cell_moments + int64_t{fast_chebyshev} * c.moment;
        Doubles s[3] = {Doubles(0.0), Doubles(0.0), Doubles(0.0)};
        for (int component = 0; component < c.components; ++component) {
            const double* moments = m + fast_chebyshev * rows * component;
            if (separable != 0) {
                s[component] = contract_separable(w, slope + lanes, moments, rows);
            } else {
                const int64_t table_size = int64_t{lanes} * fast_chebyshev * rows;
                s[component] = contract_table(w + (component == 0 ? 0 : table_size), moments, rows);
            }
        }
        double* to = sums + 4 * lanes * term.channel_block;
        const Doubles value(term.value);
        fma(value, s[0], Doubles::load(to)).store(to);
        fma(value, s[1], Doubles::load(to + lanes)).store(to + lanes);
        fma(value, s[2], Doubles::load(to + 2 * lanes)).store(to + 2 * lanes);
        fma(Doubles::load(slope), s[0], Doubles::load(to + 3 * lanes)).store(to + 3 * lanes);
    }
}

const FastKernels table = {sum_group, deposit, contract};

}  // namespace

const FastKernels& fast_kernels();
const FastKernels& fast_kernels() {
    return table;
}

}  // namespace greenhalo::GREENHALO_ISA
