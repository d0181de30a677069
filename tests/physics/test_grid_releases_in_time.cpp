// Sources that are released within steps, seen later: second order in the step, and the Green function in the limit.
#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/grid/solver.h"
#include "greenhalo/physics/green_function.h"
#include "validation/extrapolation.h"
#include "support/petsc.h"

namespace greenhalo {
namespace {

/// Two sources, released at times that belong to no step.
struct Source {
    Position position;
    double time, amount;
};
const Source sources[] = {{{0.11, -0.07, 0.05}, 0.0131, 1.0}, {{-0.2, 0.1, -0.3}, 0.0277, 2.5}};
const Position observer{0.31, 0.12, -0.08};
constexpr double end = 0.12, loss_rate = 1.5;

double density_at_the_end(int cells, int steps) {
    const Axis across = Axis::uniform(-1.6, 1.6, cells, End::absorbing, End::absorbing);
    const DiffusionGrid grid(test::ranks_with_petsc(),
                             {{across, across, Axis::uniform(-1.0, 1.0, cells, End::absorbing, End::absorbing)}},
                             Medium::uniform(1.0, 1.0, loss_rate));
    const double step = end / steps;
    TimeStepper stepper(grid, step, {});
    Field density = grid.zero();
    for (int i = 0; i < steps; ++i) {
        {
            TimeStepper::Release release(stepper);
            for (const Source& s : sources) {
                const double remaining = i + 1 - s.time / step;
                if (remaining >= 0.0 && remaining < 1.0) release.add(s.position, s.amount, remaining);
            }
        }
        stepper.advance(density);
    }
    return grid.observe(grid.probe(observer), density).density;
}

TEST(GridReleasesInTime, SecondOrderWhereverInTheStepTheyFall) {
    const double n[] = {density_at_the_end(16, 12), density_at_the_end(16, 24), density_at_the_end(16, 48),
                        density_at_the_end(16, 192)};
    // the place within the step differs from one step length to the next, and with it the factor of the error
    for (int i = 0; i < 3; ++i) EXPECT_LT(std::abs(n[i] / n[3] - 1.0), 0.02 * std::pow(0.25, i)) << i;
    EXPECT_GT(std::abs(n[0] / n[3] - 1.0), 1e-5);
}

TEST(GridReleasesInTime, TheLimitIsTheGreenFunction) {
    double exact = 0.0;
    for (const Source& s : sources) {
        exact += s.amount * green_function(Propagation<double>{observer.x - s.position.x, observer.y - s.position.y,
                                                               observer.z, s.position.z, end - s.time, 1.0, 1.0, loss_rate})
                                .value;
    }
    const double coarse = density_at_the_end(16, 96), fine = density_at_the_end(24, 96), finest = density_at_the_end(32, 96);
    const double limit = extrapolate({1.0 / 16, 1.0 / 24, 1.0 / 32}, {coarse, fine, finest}, 2, 4);
    EXPECT_NEAR(limit / exact, 1.0, 1e-3);
    EXPECT_GT(std::abs(coarse / exact - 1.0), 2e-3);  // there was something to extrapolate
}

}  // namespace
}  // namespace greenhalo
