/// \file
/// Rows exp(-n b0 s), n an integer, that together stand for exp(-b s) at every b that is asked for: which of
/// them, and with what weights.
#pragma once

#include <cstddef>
#include <vector>

namespace greenhalo {

/// What the rows have to represent: exp(-b s) to `tolerance` at every node.
struct FitTarget {
    double b;          ///< 1/(4D), Myr/kpc^2
    double tolerance;  ///< largest error allowed
};

/// Rows chosen among candidates, orthogonalized over nodes in s.
class RowFit {
  public:
    /// Chooses, one by one, the rows that take most of what is left of the targets, until all are within
    /// their tolerances or the candidates are used up. \param nodes in s, Myr^-1 kpc^2 \param candidates the
    /// integers n to choose from
    RowFit(const std::vector<double>& nodes, double b0, const std::vector<int>& candidates,
           const std::vector<FitTarget>& targets, std::size_t most_rows);

    /// Whether every target is within its tolerance.
    bool is_sufficient() const { return sufficient_; }

    const std::vector<int>& rows() const { return rows_; }

    /// Weights of the rows that stand for a function given at the nodes (least squares); the function becomes
    /// what is left of it.
    std::vector<double> weights(std::vector<double>& function) const;

  private:
    std::vector<int> rows_;
    std::vector<std::vector<double>> orthonormal_;  ///< [K][nodes]
    std::vector<std::vector<double>> triangle_;  ///< [K]: column k in terms of the first k+1 orthonormal ones
    bool sufficient_ = false;
};

/// Nodes in s = rho^2/age for rho from 0 to `reach`, dense where exp(-b s) of the largest b varies.
std::vector<double> fit_nodes(double reach, double age, double largest_b, std::size_t count);

/// Integers from 0 to `largest` at which rows may sit: all the small ones, then in steps of a tenth or so.
std::vector<int> row_candidates(int largest);

/// Products that build powers of one exponential.
struct PowerChain {
    std::vector<int> exponent;  ///< of power i; the first two are 0 and 1
    std::vector<int> left, right;
    int index_of(int n) const;
};

/// A short chain that contains all of `rows`.
PowerChain power_chain(std::vector<int> rows);

}  // namespace greenhalo
