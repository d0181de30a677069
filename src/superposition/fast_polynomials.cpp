#include "superposition/fast_polynomials.h"

#include <array>
#include <cmath>

#include "greenhalo/base/units.h"
#include "superposition/fast_kernels.h"

namespace greenhalo {

namespace {

constexpr std::size_t orders = fast_chebyshev;

double cosine(std::size_t k, std::size_t j) {
    static const auto table = [] {
        std::array<std::array<double, orders>, orders> t{};
        for (std::size_t n = 0; n < orders; ++n) {
            for (std::size_t i = 0; i < orders; ++i) {
                t[n][i] =
                    std::cos(units::pi * static_cast<double>(n) * (static_cast<double>(i) + 0.5) / orders);
            }
        }
        return t;
    }();
    return table[k][j];
}

}  // namespace

GaussNodes gauss_legendre(int count) {
    GaussNodes nodes;
    for (int i = 0; i < count; ++i) {
        double x = std::cos(units::pi * (i + 0.75) / (count + 0.5)), slope = 1.0;
        for (int step = 0; step < 8; ++step) {  // Newton from a close guess
            double p0 = 1.0, p1 = x;
            for (int k = 2; k <= count; ++k) {
                const double p2 = ((2 * k - 1) * x * p1 - (k - 1) * p0) / k;
                p0 = p1;
                p1 = p2;
            }
            slope = count * (x * p1 - p0) / (x * x - 1.0);
            x -= p1 / slope;
        }
        nodes.x.push_back(x);
        nodes.weight.push_back(2.0 / ((1.0 - x * x) * slope * slope));
    }
    return nodes;
}

double chebyshev_node(std::size_t j) {
    return cosine(1, j);
}

void chebyshev_coefficients(const double* f, double* coefficients, std::size_t stride) {
    for (std::size_t k = 0; k < orders; ++k) {
        double sum = 0.0;
        for (std::size_t j = 0; j < orders; ++j) sum += f[j * stride] * cosine(k, j);
        coefficients[k] = sum * (k == 0 ? 1.0 : 2.0) / orders;
    }
}

void chebyshev_polynomials(double x, double* values) {
    values[0] = 1.0;
    values[1] = x;
    for (std::size_t k = 2; k < orders; ++k) values[k] = 2.0 * x * values[k - 1] - values[k - 2];
}

void legendre_of_chebyshev(double low, double high, double a, double b, std::size_t degrees,
                           double* coefficients) {
    static const GaussNodes gauss = gauss_legendre(12);
    for (std::size_t i = 0; i < degrees * orders; ++i) coefficients[i] = 0.0;
    for (std::size_t i = 0; i < gauss.x.size(); ++i) {
        const double v = gauss.x[i];
        double chebyshev[orders];
        const double x = 0.5 * (low + high) + 0.5 * (high - low) * v;
        chebyshev_polynomials(x, chebyshev);
        const double weight = gauss.weight[i] / (a + b * x);
        double before = 0.0, legendre = 1.0;
        for (std::size_t p = 0; p < degrees; ++p) {
            const double n = static_cast<double>(p);
            for (std::size_t k = 0; k < orders; ++k) {
                coefficients[p * orders + k] += (n + 0.5) * weight * legendre * chebyshev[k];
            }
            const double next = ((2.0 * n + 1.0) * v * legendre - n * before) / (n + 1.0);
            before = legendre;
            legendre = next;
        }
    }
}

}  // namespace greenhalo
