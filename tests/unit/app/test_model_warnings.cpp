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
    EXPECT_TRUE(holds(warnings[0], "1000 GeV")) << warnings[0];
    EXPECT_TRUE(holds(warnings[0], "H 0.2 %, He 0.6 %, CNO 1.7 %, MgAlSi 1.7 %")) << warnings[0];
    EXPECT_TRUE(warnings_of({"--halo.half-height", "10", "--sources.time-span", "140"}).empty());
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
