#include "greenhalo/app/model.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/observables.h"
#include "greenhalo/ensemble/steady_field.h"
#include "unit/app/input_error.h"

namespace greenhalo {
namespace {

using Words = std::vector<std::string>;

Model model_of(const Words& words, const std::string& catalogue = "") {
    FileContents files;
    if (!catalogue.empty()) files["sources.catalogue"] = catalogue;
    return build_model(Parameters::read(std::nullopt, words), files);
}

TEST(EnergyGrid, both_ends_are_exact) {
    const auto grid = energy_grid(1e3, 1e8, 10);
    ASSERT_EQ(grid.size(), 51U);
    EXPECT_EQ(grid.front(), 1e3);
    EXPECT_EQ(grid.back(), 1e8);
    EXPECT_NEAR(grid[10], 1e4, 1e-8);
    for (std::size_t i = 1; i < grid.size(); ++i)
        EXPECT_NEAR(grid[i] / grid[i - 1], std::pow(10.0, 0.1), 1e-12) << i;
}

TEST(EnergyGrid, the_number_of_points_is_rounded) {
    EXPECT_EQ(energy_grid(1e3, 3e3, 10).size(), 6U);  // 4.77 intervals
    EXPECT_EQ(energy_grid(1e3, 2e3, 10).size(), 4U);  // 3.01
    EXPECT_EQ(energy_grid(1e3, 1e4, 2.4).size(), 3U);
    EXPECT_EQ(energy_grid(1e3, 1e4, 2.4)[2], 1e4);
}

TEST(EnergyGrid, equal_ends_are_one_energy) {
    EXPECT_EQ(energy_grid(5e4, 5e4, 10), std::vector<double>{5e4});
}

TEST(Model, documented_units_become_internal_ones) {
    const Model m =
        model_of({"--sources.rate=1/50", "--sources.time-span=2e7 yr", "--sources.minimum-age=500",
                  "--sources.minimum-distance=0.02", "--sources.exclude-distance=300 pc",
                  "--sources.exclude-age=1e5", "--sources.causal=yes", "--sources.scale-height=0.2",
                  "--observer.position=8 0.1 -0.02", "--ensemble.seed=7", "--ensemble.first=30",
                  "--ensemble.realizations=4", "--gas.disc-density=2", "--gas.disc-half-thickness=100 pc"});
    EXPECT_EQ(m.law.model, SourceModel::cylindrical);
    EXPECT_DOUBLE_EQ(m.law.rate, 2e4);  // per Myr
    EXPECT_DOUBLE_EQ(m.time_span, 20.0);
    EXPECT_DOUBLE_EQ(m.expected_sources(), 4e5);
    EXPECT_EQ(m.law.scale_height, 0.2);
    EXPECT_DOUBLE_EQ(m.selection.minimum_age, 5e-4);
    EXPECT_EQ(m.selection.minimum_distance, 0.02);
    EXPECT_DOUBLE_EQ(m.selection.exclude_distance, 0.3);
    EXPECT_DOUBLE_EQ(m.selection.exclude_age, 0.1);
    EXPECT_TRUE(m.selection.causal);
    EXPECT_EQ(m.transport.observer.x, 8.0);
    EXPECT_EQ(m.transport.observer.y, 0.1);
    EXPECT_EQ(m.transport.observer.z, -0.02);
    EXPECT_EQ(m.seed, 7U);
    EXPECT_EQ(m.first_realization, 30);
    EXPECT_EQ(m.realizations, 4);
    EXPECT_DOUBLE_EQ(m.transport.gas.mean_density(m.transport.half_height), 2.0 * 0.1 / 4.0);
    EXPECT_FALSE(m.listed);
}

/// D in cm^2/s at a rigidity in GV.
double diffusion_in_cgs(const Model& model, double rigidity) {
    const double kpc = 3.0856775814913673e21, myr = 3.15576e13;
    return model.transport.diffusion(rigidity) * kpc * kpc / myr;
}

TEST(Model, diffusion) {
    EXPECT_NEAR(diffusion_in_cgs(model_of({}), 3.0) / (4 * 1.33e28), 1.0, 1e-12);
    EXPECT_NEAR(diffusion_in_cgs(model_of({"--halo.half-height=2"}), 3e3) / (2 * 1.33e29), 1.0, 1e-12);
    EXPECT_NEAR(diffusion_in_cgs(model_of({"--diffusion.slope=0.6"}), 3.0) / (4 * 0.55e28), 1.0, 1e-12);
    EXPECT_NEAR(
        diffusion_in_cgs(model_of({"--diffusion.slope=0.5", "--diffusion.normalization=0.8"}), 300.0) /
            (4 * 0.8e29),
        1.0, 1e-12);
    const Model stated = model_of({"--diffusion.coefficient=5e28", "--diffusion.reference-rigidity=10"});
    EXPECT_NEAR(diffusion_in_cgs(stated, 10.0) / 5e28, 1.0, 1e-12);
    EXPECT_NEAR(diffusion_in_cgs(stated, 1e4) / 5e29, 1.0, 1e-12);
}

TEST(Model, groups_of_nuclei) {
    const Model m =
        model_of({"--species.names=Fe Ne", "--species.Ne.charge=10", "--species.Ne.mass-number=20",
                  "--species.Ne.flux=1e3", "--species.Fe.flux=2.5e3"});
    ASSERT_EQ(m.transport.nuclei.size(), 2U);
    EXPECT_EQ(m.transport.nuclei[0].name, "Fe");
    EXPECT_EQ(m.transport.nuclei[0].charge, 26.0);
    EXPECT_EQ(m.transport.nuclei[0].flux, 2.5e3);
    EXPECT_EQ(m.transport.nuclei[1].name, "Ne");
    EXPECT_EQ(m.transport.nuclei[1].mass_number, 20.0);
}

TEST(Model, implied_efficiency_of_protons) {
    struct Row {
        const char* half_height;
        double efficiency;
    };
    for (const Row& row : {Row{"4", 0.0614}, Row{"1", 0.0599}, Row{"2", 0.0581}, Row{"10", 0.0805}}) {
        const Model m = model_of({"--halo.half-height", row.half_height, "--species.names=H"});
        ASSERT_EQ(m.efficiency.size(), 1U);
        EXPECT_NEAR(m.efficiency[0], row.efficiency, 6e-5) << row.half_height;
    }
}

TEST(Model, efficiency_follows_the_rate_and_not_the_observer) {
    const double here = model_of({"--species.names=H"}).efficiency[0];
    EXPECT_NEAR(model_of({"--species.names=H", "--sources.rate=1/100"}).efficiency[0] / here, 100.0 / 30.0,
                1e-12);
    EXPECT_EQ(model_of({"--species.names=H", "--observer.position=4 3 1"}).efficiency[0], here);
    EXPECT_NEAR(model_of({"--species.names=H", "--injection.explosion-energy=2e51"}).efficiency[0] / here,
                0.5, 1e-12);
}

TEST(Model, observed_normalization_gives_the_measured_flux_at_1_TeV) {
    for (const Words& words : {Words{}, Words{"--sources.model=uniform-disc", "--halo.half-height=2"}}) {
        const Model m = model_of(words);
        const Transport& t = m.transport;
        ASSERT_EQ(t.energies[0], 1e3);
        for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
            const MeanField field = steady_mean_field(m.law, t.half_height, t.diffusion_of(s, 0),
                                                      t.loss_rate_of(s, 0), sun_radius, 0.0);
            const double density = m.law.rate * t.release[s][0][0].yield * field.density;  // kpc^-3 GeV^-1
            const double flux = 1e4 * flux_from_density(density * units::per_kpc3_in_per_cm3);
            EXPECT_NEAR(flux * std::pow(1e3, 2.7) / t.nuclei[s].flux, 1.0, 1e-12) << t.nuclei[s].name;
        }
    }
}

TEST(Model, stated_efficiency) {
    const Model each = model_of({"--species.names=H He", "--injection.normalization=efficiency",
                                 "--injection.efficiency=0.06 0.02", "--energy.min=1e4", "--energy.max=1e4"});
    ASSERT_EQ(each.efficiency.size(), 2U);
    EXPECT_NEAR(each.efficiency[0], 0.06, 1e-15);
    EXPECT_NEAR(each.efficiency[1], 0.02, 1e-15);
    // K (E/E0)^-gamma exp(-E/Emax), gamma = 2.67 - 1/3, K = energy / E0^2 (gamma-2) / (1 -
    // (Emax/E0)^(2-gamma))
    const double gamma = 2.67 - 1.0 / 3.0;
    for (std::size_t s = 0; s < 2; ++s) {
        const double z = s == 0 ? 1.0 : 2.0, energy = (s == 0 ? 0.06 : 0.02) * 1e51 * 624.15090744607626;
        const double constant = energy / (z * z) * (gamma - 2.0) / (1.0 - std::pow(6e6, 2.0 - gamma));
        const double expected = constant * std::pow(1e4 / z, -gamma) * std::exp(-1e4 / (6e6 * z));
        ASSERT_EQ(each.transport.release[s][0].size(), 1U);
        EXPECT_NEAR(each.transport.release[s][0][0].yield / expected, 1.0, 1e-12) << s;
        EXPECT_EQ(each.transport.release[s][0][0].delay, 0.0);
    }
    const Model one = model_of(
        {"--species.names=H He", "--injection.normalization=efficiency", "--injection.efficiency=0.03"});
    ASSERT_EQ(one.efficiency.size(), 2U);
    for (const double efficiency : one.efficiency) EXPECT_NEAR(efficiency, 0.03, 1e-15);
}

TEST(Model, unit_normalization_is_one_particle_per_GeV) {
    const Model m = model_of({"--injection.normalization=unit"});
    for (const auto& group : m.transport.release) {
        ASSERT_EQ(group.size(), 51U);
        for (const auto& entries : group) {
            ASSERT_EQ(entries.size(), 1U);
            EXPECT_EQ(entries[0].yield, 1.0);
        }
    }
    for (const double efficiency : m.efficiency) EXPECT_TRUE(std::isnan(efficiency));
}

TEST(Model, spiral_arms) {
    const Model m =
        model_of({"--sources.model=spiral", "--sources.arm-width=2800 pc", "--sources.arm-blur=symmetric"});
    EXPECT_EQ(m.law.model, SourceModel::spiral);
    EXPECT_DOUBLE_EQ(m.law.arm_width, 2.8);
    EXPECT_EQ(m.law.arm_blur, ArmBlur::symmetric);
    // normalized with the radial law alone, whatever the arms are
    const Model smooth = model_of({}), standard = model_of({"--sources.model=spiral"});
    EXPECT_EQ(standard.law.arm_width, 5.0);
    EXPECT_EQ(standard.law.arm_blur, ArmBlur::one_sided);
    EXPECT_EQ(m.efficiency, smooth.efficiency);
    EXPECT_EQ(standard.efficiency, smooth.efficiency);
    for (const char* width : {"0", "-1", "100", "1e9"}) {
        test::expect_all(test::input_error([&] {
                             model_of({"--sources.model=spiral", "--sources.arm-width", width});
                         }),
                         {"sources.arm-width", "in (0, 100)", "no arms but the cylindrical model"});
    }
    test::expect_all(test::input_error([] {
                         model_of({"--sources.model=spiral", "--sources.arm-blur=both"});
                     }),
                     {"sources.arm-blur", "one-sided, symmetric"});
}

TEST(Model, moving_observer) {
    const Model rest = model_of({});
    EXPECT_EQ(rest.transport.observer_boost, (std::array<double, 3>{0.0, 0.0, 0.0}));
    const Model m = model_of({"--observer.velocity=10 -20 0.5", "--injection.observed-slope=2.7"});
    const double factor = 4.7 / 299792.458;
    EXPECT_NEAR(m.transport.observer_boost[0], 10.0 * factor, 1e-18);
    EXPECT_NEAR(m.transport.observer_boost[1], -20.0 * factor, 1e-18);
    EXPECT_NEAR(m.transport.observer_boost[2], 0.5 * factor, 1e-18);
    test::expect_all(test::input_error([] { model_of({"--observer.velocity=1e5 0 0"}); }),
                     {"observer.velocity", "km/s"});
    test::expect_all(test::input_error([] { model_of({"--observer.velocity=10 0"}); }), {"3 numbers"});
    // the slope matters even where no spectrum is injected with it
    const auto p =
        Parameters::read(std::nullopt, {"--observer.velocity=10 0 0", "--injection.normalization=unit"});
    EXPECT_TRUE(p.is_used("injection.observed-slope"));
    EXPECT_FALSE(Parameters::read(std::nullopt, {"--injection.normalization=unit"})
                     .is_used("injection.observed-slope"));
    EXPECT_FALSE(Parameters::read(std::nullopt, {}).is_used("observer.velocity"));
}

TEST(Model, broken_diffusion) {
    const Model m = model_of({"--diffusion.break-rigidity=200 TV", "--diffusion.slope-above=0.25",
                              "--diffusion.break-smoothness=0.3"});
    const Diffusion& d = m.transport.diffusion;
    EXPECT_DOUBLE_EQ(d.break_rigidity, 2e5);
    EXPECT_EQ(d.slope_above, 0.25);
    EXPECT_EQ(d.break_smoothness, 0.3);
    EXPECT_EQ(d.slope, 1.0 / 3.0);
    // sources inject with the observed slope less that below the break: at 10 TeV and 1 PeV, far below the
    // cut
    const Model plain = model_of({});
    for (const std::size_t e : {10U, 20U}) {
        EXPECT_NEAR(m.transport.release[0][e][0].yield / m.transport.release[0][0][0].yield /
                        (plain.transport.release[0][e][0].yield / plain.transport.release[0][0][0].yield),
                    1.0, 1e-13);
    }
    EXPECT_FALSE(std::isfinite(plain.transport.diffusion.break_rigidity));
    test::expect_all(test::input_error([] { model_of({"--diffusion.break-rigidity=200 TV"}); }),
                     {"diffusion.break-rigidity = 2e5 GV", "needs diffusion.slope-above"});
    test::expect_all(test::input_error([] {
                         model_of({"--diffusion.break-rigidity=0", "--diffusion.slope-above=0.2"});
                     }),
                     {"diffusion.break-rigidity = 0", "> 0, in GV"});
    test::expect_all(test::input_error([] {
                         model_of({"--diffusion.break-rigidity=1e3", "--diffusion.slope-above=0.2",
                                   "--diffusion.break-smoothness=0"});
                     }),
                     {"diffusion.break-smoothness", "in (0, 10]"});
    const auto unused = Parameters::read(std::nullopt, {"--diffusion.slope-above=0.2"}).warnings();
    ASSERT_EQ(unused.size(), 1U);
    EXPECT_NE(unused[0].find("with diffusion.break-rigidity"), std::string::npos) << unused[0];
}

TEST(Model, listed_sources_alone_and_on_top) {
    const Words alone = {"--sources.model=none", "--sources.catalogue=known.csv",
                         "--injection.normalization=unit"};
    const Model m = model_of(alone, "8,0,0.5,1e4\n9,0,0,2e4\n");
    EXPECT_EQ(m.law.model, SourceModel::none);
    EXPECT_EQ(m.law.rate, 0.0);
    EXPECT_EQ(m.expected_sources(), 0.0);
    ASSERT_TRUE(m.listed);
    EXPECT_EQ(m.listed->sources.size, 2U);
    const Model both = model_of({"--sources.catalogue=known.csv"}, "8,0,0.5,1e4\n");
    EXPECT_GT(both.law.rate, 0.0);
    EXPECT_EQ(both.listed->sources.size, 1U);
    test::expect_all(test::input_error([&] { model_of(alone, "8,0,0,1e4\n8,0,9,1e4\n"); }),
                     {"known.csv", "line 2", "halo.half-height"});
}

}  // namespace
}  // namespace greenhalo
