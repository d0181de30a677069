#include "greenhalo/physics/release_quadrature.h"

#include <algorithm>
#include <cmath>

namespace greenhalo {

namespace {

/// Spreads below this share of the whole history's are no spread: what is left out is their square.
constexpr double coincident = 1e-7;

/// Three-term recurrence of orthonormal polynomials: diagonal and off-diagonal of the Jacobi matrix.
struct Recurrence {
    std::vector<double> diagonal, off_diagonal;  ///< off_diagonal[k] couples k and k+1
    std::size_t size() const { return diagonal.size(); }
};

/// Lanczos, every vector made orthogonal to all before it, twice. Weights add up to 1.
Recurrence recurrence_of(const std::vector<double>& points, const std::vector<double>& weights,
                         std::size_t count) {
    const std::size_t n = points.size();
    Recurrence r;
    std::vector<std::vector<double>> basis;
    std::vector<double> v(n);
    for (std::size_t i = 0; i < n; ++i) v[i] = std::sqrt(weights[i]);
    const auto product = [n](const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0.0;
        for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
        return sum;
    };
    for (;;) {
        basis.push_back(v);
        for (std::size_t i = 0; i < n; ++i) v[i] *= points[i];
        r.diagonal.push_back(product(basis.back(), v));
        if (r.size() == std::min(count, n)) return r;
        for (int pass = 0; pass < 2; ++pass) {
            for (const auto& b : basis) {
                const double share = product(b, v);
                for (std::size_t i = 0; i < n; ++i) v[i] -= share * b[i];
            }
        }
        const double norm = std::sqrt(product(v, v));
        if (norm < coincident) return r;
        for (double& value : v) value /= norm;
        r.off_diagonal.push_back(norm);
    }
}

/// How many eigenvalues of the Jacobi matrix lie below x (Sturm).
std::size_t eigenvalues_below(const Recurrence& r, double x) {
    std::size_t below = 0;
    double pivot = 1.0;
    for (std::size_t k = 0; k < r.size(); ++k) {
        const double b = k == 0 ? 0.0 : r.off_diagonal[k - 1];
        pivot = r.diagonal[k] - x - (k == 0 ? 0.0 : b * b / pivot);
        if (pivot == 0.0) pivot = -1e-300;
        below += pivot < 0.0;
    }
    return below;
}

double eigenvalue(const Recurrence& r, std::size_t index) {
    double low = -1.0, high = 1.0;
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (low + high);
        (eigenvalues_below(r, middle) > index ? high : low) = middle;
    }
    return 0.5 * (low + high);
}

/// The weight of a node: 1 / sum of the squares of the orthonormal polynomials there.
double christoffel(const Recurrence& r, double x) {
    double previous = 0.0, current = 1.0, sum = 1.0;
    for (std::size_t k = 0; k + 1 < r.size(); ++k) {
        const double before = k == 0 ? 0.0 : r.off_diagonal[k - 1] * previous;
        const double next = ((x - r.diagonal[k]) * current - before) / r.off_diagonal[k];
        previous = current;
        current = next;
        sum += next * next;
    }
    return 1.0 / sum;
}

}  // namespace

std::vector<ReleaseEntry> condense(const std::vector<ReleaseEntry>& history, std::size_t count) {
    std::vector<ReleaseEntry> entries;
    for (const ReleaseEntry& entry : history) {
        if (entry.yield > 0.0) entries.push_back(entry);
    }
    if (entries.size() <= 1) return entries;
    const auto [first, last] = std::minmax_element(
        entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.delay < b.delay; });
    const double earliest = first->delay, latest = last->delay, total = total_yield(entries);
    const double middle = 0.5 * (earliest + latest), half = 0.5 * (latest - earliest);
    if (!(half > 0.0)) return {{earliest, total}};
    if (entries.size() <= count) return entries;

    std::vector<double> points, weights;
    for (const ReleaseEntry& entry : entries) {
        points.push_back((entry.delay - middle) / half);
        weights.push_back(entry.yield / total);
    }
    const Recurrence r = recurrence_of(points, weights, count);
    std::vector<ReleaseEntry> rule;
    for (std::size_t k = 0; k < r.size(); ++k) {
        const double x = eigenvalue(r, k);
        rule.push_back({std::clamp(middle + half * x, earliest, latest), christoffel(r, x)});
    }
    const double sum = total_yield(rule);
    for (ReleaseEntry& entry : rule) entry.yield *= total / sum;
    return rule;
}

std::vector<ReleaseEntry> integrate_rate(const std::vector<double>& times, const std::vector<double>& rates,
                                         std::size_t degree) {
    // Gauss-Legendre rule on [-1, 1], exact for the polynomial times the linear rate
    const std::size_t count = degree / 2 + 2;
    Recurrence legendre;
    for (std::size_t k = 0; k < count; ++k) {
        legendre.diagonal.push_back(0.0);
        const double n = static_cast<double>(k + 1);
        if (k + 1 < count) legendre.off_diagonal.push_back(n / std::sqrt(4.0 * n * n - 1.0));
    }
    std::vector<double> nodes(count), weights(count);
    for (std::size_t k = 0; k < count; ++k) {
        nodes[k] = 0.5 * (1.0 + eigenvalue(legendre, k));
        weights[k] = christoffel(legendre, 2.0 * nodes[k] - 1.0);
    }
    std::vector<ReleaseEntry> entries;
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        if (rates[i] <= 0.0 && rates[i + 1] <= 0.0) continue;
        const double length = times[i + 1] - times[i];
        for (std::size_t k = 0; k < count; ++k) {
            const double rate = rates[i] + nodes[k] * (rates[i + 1] - rates[i]);
            entries.push_back({times[i] + nodes[k] * length, weights[k] * length * rate});
        }
    }
    return entries;
}

}  // namespace greenhalo
