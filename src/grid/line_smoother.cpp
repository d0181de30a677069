#include "grid/line_smoother.h"

#include <algorithm>
#include <cmath>

namespace greenhalo {

namespace {

/// Products of the diagonals of the axes across z at every line of this rank: of masses, and of stiffness
/// with mass; and one where the line is absorbing, zero elsewhere.
struct Across {
    std::vector<double> mass, stiffness, held;
};

Across across(const Level& level) {
    Across a;
    const OwnedBox& owned = level.owned;
    const bool flat = level.axes.size() == 2;
    const int y_first = flat ? 0 : owned.first[1], y_last = flat ? 1 : owned.last[1];
    for (int j = y_first; j < y_last; ++j) {
        for (int i = owned.first[0]; i < owned.last[0]; ++i) {
            double mass = level.axes[0].mass.entry(i, 0), stiffness = level.axes[0].stiffness.entry(i, 0);
            bool absorbing = level.axes[0].absorbing[static_cast<std::size_t>(i)];
            if (!flat) {
                const double m = level.axes[1].mass.entry(j, 0);
                stiffness = stiffness * m + mass * level.axes[1].stiffness.entry(j, 0);
                mass *= m;
                absorbing = absorbing || level.axes[1].absorbing[static_cast<std::size_t>(j)];
            }
            a.mass.push_back(mass);
            a.stiffness.push_back(stiffness);
            a.held.push_back(absorbing ? 1.0 : 0.0);
        }
    }
    return a;
}

}  // namespace

LineSmoother::LineSmoother(const Level& level, const LinearSolver::Coefficients& c)
    : level_(level),
      lines_(level.lines()),
      length_(level.line_length()),
      inverse_(lines_ * length_),
      factor_(lines_ * length_) {
    const Across a = across(level);
    const AxisBands& z = level.z();
    for (std::size_t k = 0; k < length_; ++k) {
        const int at = static_cast<int>(k);
        if (z.absorbing[k]) {
            std::fill_n(inverse_.begin() + static_cast<std::ptrdiff_t>(lines_ * k), lines_, 1.0);
            continue;
        }
        const auto of_mass = [&](int step) {
            return c.mass * z.mass.entry(at, step) + c.diffusion * z.stiffness.entry(at, step) +
                   c.loss * z.losing.entry(at, step);
        };
        const double mass = of_mass(0), diffusing = c.diffusion * z.diffusing.entry(at, 0);
        const double* const across_mass = a.mass.data();
        const double* const across_stiffness = a.stiffness.data();
        const double* const held = a.held.data();
        double* const inverse = &inverse_[lines_ * k];
        // masses and stiffness of an absorbing line are zero
        if (k == 0) {
            for (std::size_t line = 0; line < lines_; ++line)
                inverse[line] = 1.0 / (held[line] + across_mass[line] * mass + across_stiffness[line] * diffusing);
            continue;
        }
        const double mass_below = of_mass(-1), diffusing_below = c.diffusion * z.diffusing.entry(at, -1);
        const double* const inverse_below = inverse - lines_;
        double* const factor = &factor_[lines_ * k];
        for (std::size_t line = 0; line < lines_; ++line) {
            const double diagonal = held[line] + across_mass[line] * mass + across_stiffness[line] * diffusing;
            const double below = across_mass[line] * mass_below + across_stiffness[line] * diffusing_below;
            factor[line] = below * inverse_below[line];
            inverse[line] = 1.0 / (diagonal - factor[line] * below);
        }
    }
}

void LineSmoother::solve(const double* b, double* x) const {
    for (std::size_t line = 0; line < lines_; ++line) x[line] = b[line];
    for (std::size_t i = lines_; i < lines_ * length_; ++i) x[i] = b[i] - factor_[i] * x[i - lines_];
    for (std::size_t i = lines_ * (length_ - 1); i < lines_ * length_; ++i) x[i] *= inverse_[i];
    for (std::size_t k = length_ - 1; k-- > 0;) {
        for (std::size_t i = lines_ * k; i < lines_ * (k + 1); ++i) {
            x[i] = x[i] * inverse_[i] - factor_[i + lines_] * x[i + lines_];
        }
    }
}

void LineSmoother::apply(Vec b, Vec x) const {
    const PetscScalar* from = nullptr;
    petsc::check(VecGetArrayRead(b, &from), "smoothing");
    {
        const LocalNumbers to(x);
        solve(from, &to[0]);
    }
    petsc::check(VecRestoreArrayRead(b, &from), "smoothing");
    constexpr double operations = 5.0;
    PetscLogFlops(operations * static_cast<double>(inverse_.size()));
}

double LineSmoother::deviation(const LinearSolver::Coefficients& c, MPI_Comm communicator) const {
    // sums of the conductances across z at every line
    std::vector<double> sums;
    const OwnedBox& owned = level_.owned;
    const bool flat = level_.axes.size() == 2;
    const auto beside = [](const AxisBands& axis, int i) {
        double sum = 0.0;
        if (i > 0) sum += std::abs(axis.stiffness.entry(i, -1));
        if (i + 1 < axis.nodes()) sum += std::abs(axis.stiffness.entry(i, 1));
        return sum;
    };
    for (int j = flat ? 0 : owned.first[1]; j < (flat ? 1 : owned.last[1]); ++j) {
        for (int i = owned.first[0]; i < owned.last[0]; ++i) {
            double sum = beside(level_.axes[0], i);
            if (!flat) {
                sum = sum * level_.axes[1].mass.entry(j, 0) +
                      level_.axes[0].mass.entry(i, 0) * beside(level_.axes[1], j);
            }
            sums.push_back(c.diffusion * sum);
        }
    }
    std::vector<double> x(lines_ * length_);
    for (std::size_t k = 0; k < length_; ++k) {
        const double weight = level_.z().diffusing.diagonal[k];
        for (std::size_t line = 0; line < lines_; ++line) x[line + lines_ * k] = weight * sums[line];
    }
    for (const std::size_t i : level_.absorbing) x[i] = 0.0;
    solve(x.data(), x.data());
    double largest = x.empty() ? 0.0 : *std::max_element(x.begin(), x.end());
    MPI_Allreduce(MPI_IN_PLACE, &largest, 1, MPI_DOUBLE, MPI_MAX, communicator);
    return largest;
}

}  // namespace greenhalo
