#include "superposition/fast_fit.h"

#include <algorithm>
#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

/// A candidate whose own part is smaller than this adds nothing but rounding errors.
constexpr double least_novelty = 1e-11;

using Column = std::vector<double>;

double dot(const Column& a, const Column& b) {
    double sum[4] = {0.0, 0.0, 0.0, 0.0};  // nodes come in fours
    for (std::size_t i = 0; i < a.size(); i += 4) {
        for (std::size_t l = 0; l < 4; ++l) sum[l] += a[i + l] * b[i + l];
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

void subtract(Column& a, double factor, const Column& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] -= factor * b[i];
}

double largest_of(const Column& a) {
    double largest = 0.0;
    for (const double x : a) largest = std::max(largest, std::abs(x));
    return largest;
}

Column exponential(const std::vector<double>& nodes, double b) {
    Column column(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) column[i] = std::exp(-b * nodes[i]);
    return column;
}

}  // namespace

RowFit::RowFit(const std::vector<double>& nodes, double b0, const std::vector<int>& candidates,
               const std::vector<FitTarget>& targets, std::size_t most_rows) {
    std::vector<Column> columns, original, left;
    for (const int n : candidates) columns.push_back(exponential(nodes, n * b0));
    original = columns;
    for (const FitTarget& target : targets) left.push_back(exponential(nodes, target.b));
    std::vector<bool> used(candidates.size(), false);

    const auto within = [&] {
        for (std::size_t t = 0; t < targets.size(); ++t) {
            if (largest_of(left[t]) > targets[t].tolerance) return false;
        }
        return true;
    };
    while (!(sufficient_ = within()) && rows_.size() < most_rows) {
        std::size_t best = candidates.size();
        double most = 0.0;
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            if (used[c]) continue;
            const double norm2 = dot(columns[c], columns[c]);
            if (norm2 < least_novelty * least_novelty * static_cast<double>(nodes.size())) continue;
            double taken = 0.0;
            for (std::size_t t = 0; t < targets.size(); ++t) {
                const double share = dot(columns[c], left[t]) / targets[t].tolerance;
                taken += share * share;
            }
            if (taken / norm2 > most) {
                most = taken / norm2;
                best = c;
            }
        }
        if (best == candidates.size()) break;
        used[best] = true;

        // once more against all that were chosen before, so that orthogonality holds to rounding
        Column direction = original[best];
        Column coordinates(rows_.size() + 1, 0.0);
        for (int pass = 0; pass < 2; ++pass) {
            for (std::size_t k = 0; k < rows_.size(); ++k) {
                const double share = dot(direction, orthonormal_[k]);
                coordinates[k] += share;
                subtract(direction, share, orthonormal_[k]);
            }
        }
        const double norm = std::sqrt(dot(direction, direction));
        coordinates.back() = norm;
        for (double& x : direction) x /= norm;
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            if (!used[c]) subtract(columns[c], dot(columns[c], direction), direction);
        }
        for (Column& target : left) subtract(target, dot(target, direction), direction);
        rows_.push_back(candidates[best]);
        orthonormal_.push_back(std::move(direction));
        triangle_.push_back(std::move(coordinates));
    }
}

std::vector<double> RowFit::weights(std::vector<double>& function) const {
    Column w(rows_.size());
    for (std::size_t k = 0; k < rows_.size(); ++k) {
        w[k] = dot(function, orthonormal_[k]);
        subtract(function, w[k], orthonormal_[k]);
    }
    for (std::size_t k = rows_.size(); k-- > 0;) {
        w[k] /= triangle_[k][k];
        for (std::size_t i = 0; i < k; ++i) w[i] -= w[k] * triangle_[k][i];
    }
    return w;
}

std::vector<double> fit_nodes(double reach, double age, double largest_b, std::size_t count) {
    // rho = c sinh(a x): even steps up to the scale c of the steepest exponential, then even in the logarithm
    const double scale = std::min(reach, std::sqrt(age / largest_b));
    const double a = std::asinh(reach / scale);
    std::vector<double> nodes(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double x =
            0.5 - 0.5 * std::cos(units::pi * static_cast<double>(i) / static_cast<double>(count - 1));
        const double rho = scale * std::sinh(a * x);
        nodes[i] = rho * rho / age;
    }
    return nodes;
}

std::vector<int> row_candidates(int largest) {
    std::vector<int> candidates;
    for (int n = 0; n < largest;) {
        candidates.push_back(n);
        n += std::max(1, n / 10);
    }
    candidates.push_back(largest);
    return candidates;
}

int PowerChain::index_of(int n) const {
    const auto at = std::find(exponent.begin(), exponent.end(), n);
    return at == exponent.end() ? -1 : static_cast<int>(at - exponent.begin());
}

PowerChain power_chain(std::vector<int> rows) {
    std::sort(rows.begin(), rows.end());
    PowerChain chain{{0, 1}, {0, 0}, {0, 0}};
    // n as a sum of two powers that are there; failing that, of the largest one below and a rest that is made
    // first
    const auto make = [&chain](const auto& self, int n) -> void {
        if (chain.index_of(n) >= 0) return;
        int below = 1;
        for (const int e : chain.exponent) {
            if (e < n) below = std::max(below, e);
            if (e > 0 && e < n && chain.index_of(n - e) > 0) {
                chain.exponent.push_back(n);
                chain.left.push_back(chain.index_of(e));
                chain.right.push_back(chain.index_of(n - e));
                return;
            }
        }
        if (2 * below < n) {
            self(self, n / 2);
            self(self, n - n / 2);
        } else {
            self(self, n - below);
        }
        self(self, n);
    };
    for (const int n : rows) make(make, n);
    return chain;
}

}  // namespace greenhalo
