/// \file
/// The kernels of the fast sum: moments of exponentials over a group of sources of nearly one age, their way
/// into Chebyshev moments in age, and the contraction of those with what depends on group and energy.
#pragma once

#include <stdint.h>

namespace greenhalo {

/// Sources per block: its arrays stay in the first-level cache.
inline constexpr int fast_block = 128;
inline constexpr int fast_max_rows = 96;       ///< powers of the exponential, intermediate ones included
inline constexpr int fast_max_modes = 64;      ///< eigenmodes in z
inline constexpr int fast_max_degrees = 5;     ///< Legendre polynomials in the age within a group
inline constexpr int fast_chebyshev = 8;       ///< Chebyshev moments in the age within a cell
inline constexpr int fast_inverse_degree = 4;  ///< of the series for 1/age in a narrow group

/// One function of height and of age within the group, zeta_m(z) P_p, with the rows exp(-n b0 s) it is summed
/// with.
struct FastClass {
    int mode, degree;  ///< m >= 1 and p >= 0
    int components;    ///< 1: weight 1 alone, 3: weights 1, dx, dy
    int row_count;     ///< K
    const int* rows;   ///< [K], indices of powers
    int moment;        ///< first moment; moment + w K + r belongs to weight w and row r
};

/// A cell of ages: everything that a group of its sources is summed with.
struct FastCell {
    double x, y, z;      ///< observer, kpc
    double half_height;  ///< H, kpc
    double fit_rho2;     ///< sources farther than this from the observer's axis are summed directly, kpc^2
    int power_count;     ///< rows and intermediate powers; power 0 is 1, power 1 is exp(-b0 s)
    int left[fast_max_rows];  ///< power i >= 2 is the product of the powers left[i] and right[i]
    int right[fast_max_rows];
    int mode_count, degree_count;
    int class_count;
    const FastClass* classes;
    int moment_count;
    // which random sources count at all
    int selective;  ///< whether the following matter
    double minimum_distance2, exclude_distance2, exclude_age;
};

/// A group of sources: P_p is taken of u = (age - middle) inverse_half_width. The arrays go on, up to a
/// multiple of eight, with sources that lie outside the halo.
struct FastGroup {
    double middle, inverse_half_width;
    int narrow;  ///< whether -b0/age is the series sum of inverse_age[k] u^k;
    double inverse_age[fast_inverse_degree + 1];  ///< if not, inverse_age[0] is -b0
    int64_t count;
    const double *x, *y, *z, *age;
};

/// One class for eight channels (group, energy). S_w = sum over rows r and Chebyshev orders k of moment w
/// with weights and age factors; density += value S_0, J_x += value S_1, J_y += value S_2, J_z += slope S_0.
struct FastTerm {
    int class_index;
    int channel_block;  ///< of eight channels
    double value;
    /// Where numbers of the term begin, all for eight channels. The slopes and, if `separable`, age factors
    /// [8] are those of every degree of the mode.
    int64_t shared;
    /// If `separable`, weights [K]; otherwise products of weight and age factor, [K][8] for the density and
    /// [K][8] for the flow (none in classes of one component).
    int64_t weights;
};

struct FastKernels {
    /// Sums all moments over a group into moments[moment_count]. Indices of the sources that are left to the
    /// direct sum go to `outliers`; returns their number. `scratch` holds fast_scratch(cell) doubles,
    /// aligned.
    int64_t (*sum_group)(const FastCell&, const FastGroup&, double* scratch, double* moments,
                         int64_t* outliers);
    /// cell_moments[8 i + k] += moments[i] age_factors[flow][degree][k] with the degree of the moment's
    /// class; `flow` is 0 for the weight 1 and 1 for dx and dy.
    void (*deposit)(const FastCell&, const double* age_factors, const double* moments, double* cell_moments);
    /// sums[4 block + i][8 channels] += the terms of a cell.
    void (*contract)(const FastCell&, int64_t term_count, const FastTerm* terms, int separable,
                     const double* weights, const double* cell_moments, double* sums);
};

/// Doubles of scratch that a cell needs.
inline int64_t fast_scratch(const FastCell& cell) {
    return int64_t{fast_block} * (cell.power_count + cell.mode_count + 3 * cell.degree_count) +
           int64_t{8} * cell.moment_count;
}

}  // namespace greenhalo
