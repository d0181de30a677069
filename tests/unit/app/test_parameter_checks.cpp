#include <gtest/gtest.h>

#include "app/parameter_checks.h"
#include "greenhalo/app/parameters.h"
#include "unit/app/input_error.h"

namespace greenhalo {
namespace {

using test::expect_all;
using test::input_error;
using Words = std::vector<std::string>;

Parameters read(const Words& words) {
    return Parameters::read(std::nullopt, words);
}

TEST(ParameterChecks, automatic_normalization) {
    EXPECT_EQ(read({"--diffusion.slope", "1/3"}).number("diffusion.normalization"), 1.33);
    EXPECT_EQ(read({"--diffusion.slope", "0.3333333"}).number("diffusion.normalization"), 1.33);
    EXPECT_EQ(read({"--diffusion.slope", "0.6"}).number("diffusion.normalization"), 0.55);
    EXPECT_EQ(read({"--diffusion.slope", "0.6", "--diffusion.normalization", "auto"})
                  .number("diffusion.normalization"),
              0.55);
    EXPECT_EQ(read({"--diffusion.slope", "0.5", "--diffusion.normalization", "0.8"})
                  .number("diffusion.normalization"),
              0.8);
    EXPECT_EQ(read({"--diffusion.slope", "1/3", "--diffusion.normalization", "2"})
                  .number("diffusion.normalization"),
              2);
    EXPECT_EQ(
        read({"--diffusion.slope", "0.5", "--diffusion.coefficient", "1e28"}).number("diffusion.coefficient"),
        1e28);
    for (const char* slope : {"0.5", "0.33", "0.7"})
        expect_all(input_error([&] {
                       read({"--diffusion.slope", slope});
                   }),
                   {"diffusion.slope", "command line", "state diffusion.normalization"});
}

TEST(ParameterChecks, refused_combinations) {
    struct Case {
        Words words;
        std::vector<const char*> message;
    };
    const Case cases[] = {
        {{"--diffusion.coefficient", "1e28", "--diffusion.normalization", "2"},
         {"diffusion.coefficient = 1e28 cm2/s (command line)",
          "diffusion.normalization = 2 x 1e28 cm2/s per kpc (command line)", "exclude each other"}},
        {{"--halo.half-height", "0.1"},
         {"halo.half-height = 0.1 kpc", "gas.disc-half-thickness = 0.15 kpc (default)"}},
        {{"--observer.position", "8.5 0 4"}, {"observer.position = 8.5 0 4 kpc", "outside the halo"}},
        {{"--observer.position", "8.5 0 -4.1"}, {"outside the halo", "halo.half-height = 4 kpc"}},
        {{"--sources.model", "none"}, {"sources.model = none", "sources.catalogue"}},
        {{"--sources.model", "none", "--sources.catalogue", "a.csv"},
         {"injection.normalization = observed (default)", "unit or efficiency"}},
        {{"--sources.exclude-distance", "1"},
         {"sources.exclude-distance = 1 kpc (command line)", "sources.exclude-age = 0 yr (default)", "both"}},
        {{"--sources.exclude-age", "1e4"}, {"sources.exclude-age = 10000 yr", "both"}},
        {{"--energy.max", "100"}, {"energy.max = 100 GeV", "energy.min = 1000 GeV"}},
        {{"--energy.max", "1010"}, {"energy.points-per-decade = 10", "at least 2.3e+02"}},
        {{"--energy.points-per-decade", "1e9"}, {"energy.points-per-decade = 1e9", "energy.max = 1e8", "at most 1e5"}},
        {{"--energy.max", "1e300", "--energy.min", "1e-300"}, {"energy.min = 1e-300", "energy.max = 1e300", "too far apart"}},
        {{"--injection.reference-energy", "50 GeV"}, {"injection.reference-energy = 50 GeV", "1 TeV", "Fe"}},
        {{"--injection.max-energy", "900"}, {"injection.max-energy = 900 GeV", "1 TeV", "of H,"}},
        {{"--injection.max-energy", "1", "--injection.normalization", "efficiency", "--injection.efficiency",
          "0.1"},
         {"injection.reference-energy = 1 GeV (default)", "injection.max-energy = 1 GeV"}},
        {{"--injection.mode", "continuous", "--injection.snr-lifetime", "200"},
         {"injection.sedov-time = 200 yr (default)", "less than injection.snr-lifetime = 200 yr"}},
        {{"--injection.mode", "continuous", "--injection.max-energy", "1", "--injection.normalization",
          "unit"},
         {"injection.reference-energy = 1 GeV (default)", "injection.max-energy = 1 GeV"}},
        {{"--injection.mode", "table"}, {"injection.mode = table", "needs injection.table"}},
        {{"--injection.normalization", "efficiency"}, {"needs injection.efficiency", "H He CNO MgAlSi Fe"}},
        {{"--injection.normalization", "efficiency", "--injection.efficiency", "0.1 0.1"},
         {"injection.efficiency = 0.1 0.1", "has 2 numbers", "H He CNO MgAlSi Fe"}},
        {{"--injection.normalization", "efficiency", "--injection.efficiency", "0.3"}, {"adds up to 1.5"}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words[0] + " " + c.words[1]);
        expect_all(input_error([&] { read(c.words); }), c.message);
    }
}

TEST(ParameterChecks, allowed_limits) {
    const Words cases[] = {
        {"--halo.half-height", "0.15"},
        {"--observer.position", "8.5 0 3.999"},
        {"--sources.model", "none", "--sources.catalogue", "a.csv", "--injection.normalization", "unit"},
        {"--energy.min", "1e5", "--energy.max", "1e5"},
        {"--energy.max", "1.2e3"},
        {"--injection.reference-energy", "38 GeV"},
        {"--injection.reference-energy", "1 TeV", "--species.names", "H"},
        {"--injection.max-energy", "1 TeV"},
        {"--injection.normalization", "efficiency", "--injection.efficiency", "0.2"},
    };
    for (const Words& words : cases) EXPECT_NO_THROW(read(words)) << words[0] << " " << words[1];
}

TEST(ParameterChecks, the_span_holds_sources_older_than_the_minimum_age) {
    const Words beyond = {"--sources.minimum-age", "80 Myr"};
    expect_all(input_error([&] { check_time_span(read(beyond)); }),
               {"sources.minimum-age = 8e7 yr", "sources.time-span = 80 Myr"});
    EXPECT_NO_THROW(check_time_span(read({"--sources.minimum-age", "79 Myr"})));
    // without random sources there is no span
    EXPECT_NO_THROW(check_time_span(read({"--sources.minimum-age", "80 Myr", "--sources.model", "none",
                                          "--sources.catalogue", "a.csv", "--injection.normalization", "unit"})));
}

TEST(ParameterChecks, one_efficiency_holds_for_all) {
    const Words words = {"--injection.normalization", "efficiency", "--species.names", "H He",
                         "--injection.efficiency"};
    Words one = words, two = words;
    one.push_back("0.1");
    two.push_back("0.1 0.02");
    EXPECT_EQ(read(one).numbers("injection.efficiency"), (std::vector<double>{0.1, 0.1}));
    EXPECT_EQ(read(two).numbers("injection.efficiency"), (std::vector<double>{0.1, 0.02}));
}

TEST(ParameterChecks, keys_without_use_are_warned_of) {
    struct Case {
        Words words;
        std::vector<const char*> warning;  // empty: none
    };
    const Words none = {"--sources.model",           "none", "--sources.catalogue", "a.csv",
                        "--injection.normalization", "unit"};
    const auto with = [](Words words, const Words& more) {
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    const Case cases[] = {
        {{"--sources.disc-radius", "10"},
         {"command line: sources.disc-radius = 10", "not used", "with sources.model = uniform-disc"}},
        {{"--sources.model", "uniform-disc", "--sources.disc-radius", "10"}, {}},
        {{"--diffusion.reference-rigidity", "10"},
         {"diffusion.reference-rigidity", "with diffusion.coefficient"}},
        {{"--diffusion.reference-rigidity", "10", "--diffusion.coefficient", "1e28"}, {}},
        {{"--injection.efficiency", "0.1"}, {"injection.efficiency", "injection.normalization = efficiency"}},
        {{"--sources.exclude-age", "1e4", "--sources.exclude-distance", "1"}, {}},
        {{"--sources.exclude-age", "0", "--sources.exclude-distance", "0"}, {}},
        {with(none, {"--sources.rate", "1/30"}), {"sources.rate", "sources.model other than none"}},
        {with(none, {"--sources.time-span", "80"}), {"sources.time-span"}},
        {with(none, {"--sources.causal", "yes"}), {"sources.causal"}},
        {with(none, {"--sources.exclude-age", "0"}), {"sources.exclude-age"}},
        {{"--injection.normalization", "unit", "--injection.max-energy", "1e6"}, {"injection.max-energy"}},
        {{"--injection.normalization", "unit", "--species.H.flux", "1e4"},
         {"species.H.flux", "injection.normalization = observed"}},
        {{"--injection.snr-lifetime", "1e5"}, {"injection.snr-lifetime", "injection.mode = continuous"}},
        {{"--injection.mode", "continuous", "--injection.snr-lifetime", "1e5"}, {}},
        {{"--injection.mode", "continuous", "--injection.normalization", "unit", "--injection.max-energy", "1e6"},
         {}},
        {{"--injection.table", "a.csv"}, {"injection.table", "injection.mode = table"}},
        {{"--injection.mode", "table", "--injection.table", "a.csv", "--injection.max-energy", "1e6"},
         {"injection.max-energy"}},
        {{"--injection.mode", "table", "--injection.table", "a.csv", "--injection.normalization", "efficiency"}, {}},
        {{"--species.H.flux", "1e4"}, {}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words[c.words.size() - 2]);
        const Parameters p = read(c.words);
        EXPECT_EQ(p.warnings().size(), c.warning.empty() ? 0U : 1U);
        if (!p.warnings().empty()) expect_all(p.warnings()[0], c.warning);
    }
}

}  // namespace
}  // namespace greenhalo
