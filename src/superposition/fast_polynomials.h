/// \file
/// Polynomials in the age: Chebyshev within a cell, Legendre within a group.
#pragma once

#include <cstddef>
#include <vector>

namespace greenhalo {

/// Nodes and weights of Gauss-Legendre quadrature on [-1, 1].
struct GaussNodes {
    std::vector<double> x, weight;
};

GaussNodes gauss_legendre(int count);

/// Node j of the interpolation of order fast_chebyshev.
double chebyshev_node(std::size_t j);

/// Coefficients of the polynomial that interpolates f, given at the nodes at distances of `stride`.
void chebyshev_coefficients(const double* f, double* coefficients, std::size_t stride = 1);

/// T_k(x), k = 0 .. fast_chebyshev-1.
void chebyshev_polynomials(double x, double* values);

/// Legendre coefficients 0 .. degrees-1, on the part [low, high] of [-1, 1], of each T_k(x)/(a + b x):
/// [degrees][fast_chebyshev].
void legendre_of_chebyshev(double low, double high, double a, double b, std::size_t degrees,
                           double* coefficients);

}  // namespace greenhalo
