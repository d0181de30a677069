/// \file
/// The part of an operator that couples the nodes above each other, inverted: what multigrid smooths with.
#pragma once

#include "grid/storage.h"

namespace greenhalo {

/// Solves the tridiagonal systems along z at every place (x, y). No rank has a part of a line only, so that
/// the result does not depend on how the grid is dealt out; and the grids are finest along z, where points
/// would not do.
class LineSmoother {
  public:
    LineSmoother(const Level& level, const LinearSolver::Coefficients& coefficients);

    /// x = B^-1 b, B the lines' part of the matrix.
    void apply(Vec b, Vec x) const;

    /// The largest element of B^-1 |A - B| 1: how far at most the eigenvalues of B^-1 A lie from 1 on the
    /// finest grid, whose matrix has no positive elements besides the diagonal. Collective.
    double deviation(const LinearSolver::Coefficients& coefficients, MPI_Comm communicator) const;

  private:
    const Level& level_;
    std::size_t lines_, length_;
    std::vector<double> inverse_, factor_;  ///< of L D L^T: 1/D and L, line after line the fastest

    /// x may be b.
    void solve(const double* b, double* x) const;
};

}  // namespace greenhalo
