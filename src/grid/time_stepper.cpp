#include <cmath>

#include "greenhalo/grid/solver.h"
#include "grid/storage.h"

namespace greenhalo {

namespace {

/// g, the pole of the method in units of the step.
const double pole = 1.0 - std::sqrt(0.5);

}  // namespace

std::array<double, 3> step_factors(double s) {
    // equal powers of dt A up to the second, in exp(-s dt A) and in the sum of resolvents
    const double sigma = s / pole;
    const double a2 = sigma * (0.5 * sigma - 1.0), a1 = sigma * (3.0 - sigma);
    return {s == 1.0 ? 0.0 : 1.0 - a1 - a2, a1, a2};
}

struct TimeStepper::Storage {
    const DiffusionGrid& grid;
    double step;
    Rates rates;
    LinearSolver solver;
    Field right_side, inner, outer;
    std::vector<Field> released;  ///< times a0, a1, a2; empty while nothing has ever been released
    bool has_released = false;
};

namespace {

LinearSolver::Coefficients coefficients(double step, const Rates& rates) {
    return {1.0, pole * step * rates.diffusion, pole * step * rates.loss};
}

}  // namespace

TimeStepper::TimeStepper(const DiffusionGrid& grid, double step, const SolverSettings& settings, const Rates& rates)
    : storage_(new Storage{grid, step, rates, LinearSolver(grid, coefficients(step, rates), settings), grid.zero(), grid.zero(),
                           grid.zero(), {}}) {}

void TimeStepper::set_step(double step) {
    storage_->step = step;
    storage_->solver.set(coefficients(step, storage_->rates));
}

TimeStepper::~TimeStepper() = default;
TimeStepper::TimeStepper(TimeStepper&&) noexcept = default;
double TimeStepper::step() const { return storage_->step; }
SolverCost TimeStepper::cost() const { return storage_->solver.cost(); }

namespace {

std::vector<Field*> pointers(std::vector<Field>& fields) {
    std::vector<Field*> pointers;
    for (Field& field : fields) pointers.push_back(&field);
    return pointers;
}

}  // namespace

TimeStepper::Release::Release(TimeStepper& stepper)
    : stepper_(stepper), deposit_(stepper.storage_->grid, [&] {
          Storage& s = *stepper.storage_;
          while (s.released.size() < 3) s.released.push_back(s.grid.zero());
          return pointers(s.released);
      }()) {
    stepper_.storage_->has_released = true;
}

void TimeStepper::Release::add(const Position& position, double amount, double remaining) {
    const std::array<double, 3> a = step_factors(remaining);
    const std::array<double, 3> amounts{amount * a[0], amount * a[1], amount * a[2]};
    deposit_.add(position, amounts.data());
}

Balance TimeStepper::advance(Field& field, double part) {
    Storage& s = *storage_;
    const std::array<double, 3> a = step_factors(part);
    const Vec u = field.storage().vector, b = s.right_side.storage().vector, x = s.inner.storage().vector,
              y = s.outer.storage().vector;
    Balance balance;
    // u' = a0 u + R (a1 u + R a2 u), and the same for what is released, each with its own factors
    petsc::check(VecAXPBY(b, a[2], 0.0, u), "stepping");
    if (s.has_released) {
        for (const Field& released : s.released) balance.released += s.grid.content(released);
        petsc::check(VecAXPY(b, 1.0, s.released[2].storage().vector), "stepping");
    }
    petsc::check(VecCopy(b, x), "stepping");
    s.solver.solve(s.right_side, s.inner);
    petsc::check(VecAXPBYPCZ(b, a[1], 1.0, 0.0, u, x), "stepping");
    if (s.has_released) petsc::check(VecAXPY(b, 1.0, s.released[1].storage().vector), "stepping");
    petsc::check(VecCopy(b, y), "stepping");
    s.solver.solve(s.right_side, s.outer);
    petsc::check(VecAXPBY(u, 1.0, a[0], y), "stepping");
    if (s.has_released) {
        petsc::check(VecAXPY(u, 1.0, s.released[0].storage().vector), "stepping");
        for (Field& released : s.released) petsc::check(VecSet(released.storage().vector, 0.0), "stepping");
        s.has_released = false;
    }
    // each solution of V x + g dt K x = V b has lost g dt times what leaves it per time
    for (const Field* stage : {&s.inner, &s.outer}) {
        const Losses losses = s.grid.losses(*stage, s.rates);
        const double time = pole * s.step;
        balance.lost.faces += time * losses.faces;
        balance.lost.sides += time * losses.sides;
        balance.lost.spallation += time * losses.spallation;
    }
    return balance;
}

}  // namespace greenhalo
