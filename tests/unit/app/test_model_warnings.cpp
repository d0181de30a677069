#include "app/model_warnings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {
namespace {

std::vector<std::string> warnings_of(std::vector<std::string> words) {
    return stationarity_warnings(build_model(Parameters::read(std::nullopt, words), {}));
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(StationarityWarning, the_paper_is_stationary_up_to_4_kpc) {
    for (const char* height : {"1", "2", "4"})
        EXPECT_TRUE(warnings_of({"--halo.half-height", height}).empty());
}

TEST(StationarityWarning, a_high_halo_is_not) {
    const auto warnings = warnings_of({"--halo.half-height", "10"});
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_TRUE(holds(warnings[0], "sources.time-span = 80 Myr")) << warnings[0];
    EXPECT_TRUE(holds(warnings[0], "1 TeV")) << warnings[0];
    EXPECT_TRUE(holds(warnings[0], "H 0.2 %, He 0.6 %, CNO 1.7 %, MgAlSi 1.7 %")) << warnings[0];
    EXPECT_TRUE(warnings_of({"--halo.half-height", "10", "--sources.time-span", "140"}).empty());
}

TEST(StationarityWarning, what_is_released_late_has_less_of_the_span) {
    Model late = build_model(Parameters::read(std::nullopt, {"--species.names", "H", "--energy.max", "1e3"}), {});
    ASSERT_TRUE(stationarity_warnings(late).empty());
    for (ReleaseEntry& entry : late.transport.release[0][0]) entry.delay = 70.0;
    const auto warnings = stationarity_warnings(late);
    ASSERT_EQ(warnings.size(), 1U);
    const auto at = warnings[0].find("; with ");
    ASSERT_NE(at, std::string::npos) << warnings[0];
    // the span it asks for is longer by the delay than that of a burst
    const double k = units::pi / (2.0 * late.transport.half_height);
    const double needed = 70.0 + std::log(1e3) / (k * k * late.transport.diffusion_of(0, 0));
    EXPECT_NEAR(std::stod(warnings[0].substr(at + 7)), needed, 0.006 * needed);
}

TEST(StationarityWarning, nor_are_low_energies) {
    const auto warnings = warnings_of({"--energy.min", "10", "--species.names", "H"});
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_TRUE(holds(warnings[0], "at 10 GeV")) << warnings[0];
    EXPECT_TRUE(holds(warnings[0], ": H 3.9 %")) << warnings[0];  // per cent
    // the span it asks for is enough, a shorter one is not
    const double rate =
        std::pow(units::pi / 8.0, 2) * 1.33e28 * 4.0 * std::cbrt(10.0 / 3.0) * units::cm2_per_s;
    const double needed = std::log(1e3) / rate;
    const auto with_span = [&](double span) {
        return warnings_of(
            {"--energy.min", "10", "--species.names", "H", "--sources.time-span", std::to_string(span)});
    };
    EXPECT_TRUE(with_span(1.001 * needed).empty());
    EXPECT_FALSE(with_span(0.999 * needed).empty());
}

TEST(StationarityWarning, only_random_sources_have_a_span) {
    Model model;
    model.law.model = SourceModel::none;
    EXPECT_TRUE(stationarity_warnings(model).empty());
}

std::vector<std::string> validity_of(const std::vector<std::string>& words) {
    return validity_warnings(build_model(Parameters::read(std::nullopt, words), {}));
}

TEST(ValidityWarning, a_long_mean_free_path) {
    EXPECT_TRUE(validity_of({}).empty());  // 555 pc at most
    const auto warnings = validity_of({"--diffusion.slope", "0.6"});
    ASSERT_EQ(warnings.size(), 1U);
    // D = 0.55e28 H (R/3 GV)^0.6: 3 D/c = 1 kpc at 5.4e5 GV of protons, and 23 kpc at 1e8 GeV
    EXPECT_TRUE(holds(warnings[0], "from 631 TeV on")) << warnings[0];
    EXPECT_TRUE(holds(warnings[0], "exceeds 1 kpc")) << warnings[0];
    EXPECT_TRUE(holds(warnings[0], " kpc for ")) << warnings[0];
}

TEST(ValidityWarning, groups_that_are_hardly_there_do_not_count) {
    // protons end at 6e6 GeV: at 1e8 GeV their mean free path is of no interest, that of iron is
    const auto warnings = validity_of({"--diffusion.slope", "0.6"});
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_FALSE(holds(warnings[0], "for H at 100 PeV")) << warnings[0];
    const auto unit = validity_of({"--diffusion.slope", "0.6", "--injection.normalization", "unit", "--species.names", "H"});
    ASSERT_EQ(unit.size(), 1U);
    EXPECT_TRUE(holds(unit[0], "23 kpc for H at 100 PeV")) << unit[0];
}

TEST(ValidityWarning, a_thin_halo_is_its_own_limit) {
    const auto warnings = validity_of({"--halo.half-height", "0.5", "--diffusion.slope", "0.6"});
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_TRUE(holds(warnings[0], "exceeds 0.5 kpc")) << warnings[0];
}

TEST(ValidityNote, says_what_is_left_out_and_nothing_in_the_middle) {
    const auto notes_of = [](const std::vector<std::string>& words) {
        return validity_notes(build_model(Parameters::read(std::nullopt, words), {}));
    };
    EXPECT_TRUE(notes_of({"--energy.min", "3e4", "--energy.max", "1e7"}).empty());
    const auto all = notes_of({});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(holds(all[0], "below 1 TV (down to 38.5 GV: Fe)")) << all[0];
    EXPECT_TRUE(holds(all[0], "above 30 PeV")) << all[0];
    EXPECT_FALSE(holds(all[0], "extrapolated")) << all[0];
    const auto low = notes_of({"--energy.min", "2", "--energy.max", "1e4", "--species.names", "H"});
    ASSERT_EQ(low.size(), 1U);
    EXPECT_TRUE(holds(low[0], "down to 2 GV: H")) << low[0];
    EXPECT_TRUE(holds(low[0], "below 3 GV D is extrapolated")) << low[0];
    EXPECT_FALSE(holds(low[0], "3e+07")) << low[0];
}

std::vector<std::string> efficiency_warnings_of(const std::vector<std::string>& words) {
    return efficiency_warnings(build_model(Parameters::read(std::nullopt, words), {}));
}

TEST(EfficiencyWarning, the_paper_is_affordable) {
    for (const char* height : {"1", "4", "10"}) {
        EXPECT_TRUE(efficiency_warnings_of({"--halo.half-height", height}).empty()) << height;
    }
}

TEST(EfficiencyWarning, rare_sources_are_not) {
    // 0.0614 for H alone at one source in 30 yr
    EXPECT_TRUE(efficiency_warnings_of({"--species.names", "H", "--sources.rate", "1/450"}).empty());
    const auto warnings = efficiency_warnings_of({"--species.names", "H", "--sources.rate", "1/1000"});
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_TRUE(holds(warnings[0], "2.05 times")) << warnings[0];
    EXPECT_TRUE(holds(warnings[0], "H 2.05")) << warnings[0];
    EXPECT_TRUE(holds(warnings[0], "sources.rate")) << warnings[0];
}

TEST(EfficiencyWarning, groups_add_up) {
    // no group alone takes as much as the explosion gives
    const auto warnings = efficiency_warnings_of({"--sources.rate", "1/400"});
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_TRUE(holds(warnings[0], "H 0.81")) << warnings[0];
}

TEST(EfficiencyWarning, without_fluxes_there_is_none) {
    EXPECT_TRUE(
        efficiency_warnings_of({"--injection.normalization", "unit", "--sources.rate", "1e-9"}).empty());
}

}  // namespace
}  // namespace greenhalo
