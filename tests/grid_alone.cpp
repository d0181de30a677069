// The operator and the solver of the grid, linked with neither the Green function nor its superposition.
#include <gtest/gtest.h>

#include "greenhalo/grid/petsc_session.h"
#include "greenhalo/grid/solver.h"

namespace greenhalo {
namespace {

TEST(GridAlone, SolvesTheSlabExactly) {
    // with one particle per volume and time everywhere n = (H^2 - z^2)/2D, of which second differences have no error
    constexpr double half_height = 2.0, diffusion = 0.3;
    const Ranks ranks(MPI_COMM_WORLD);
    const PetscSession session(ranks);
    const Axis side = Axis::uniform(-1.0, 1.0, 8, End::reflecting, End::reflecting);
    const DiffusionGrid grid(ranks, {{side, side, Axis::uniform(-half_height, half_height, 16, End::absorbing, End::absorbing)}},
                             Medium::uniform(half_height, diffusion, 0.0));
    const Field source = grid.sampled([](const Position&) { return 1.0; });
    const Field density = steady_state(grid, source, {});
    for (const double z : {0.0, 0.5, -1.0}) {
        const double right = (half_height * half_height - z * z) / (2.0 * diffusion);
        EXPECT_NEAR(grid.observe(grid.probe({0.25, -0.5, z}), density).density / right, 1.0, 1e-8) << z;
    }
}

}  // namespace
}  // namespace greenhalo
