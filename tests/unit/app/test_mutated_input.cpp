// Every reader against damaged texts: each is either read, and then what was read is sound, or refused by
// name.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "greenhalo/app/ini_reader.h"
#include "greenhalo/app/model.h"
#include "greenhalo/app/parameters.h"
#include "greenhalo/base/error.h"
#include "greenhalo/galaxy/catalogue_file.h"
#include "greenhalo/physics/release_table.h"
#include "greenhalo_source_tree.h"
#include "support/models.h"
#include "support/mutator.h"

namespace greenhalo::test {
namespace {

constexpr std::string_view file_name = "damaged.file", table_name = "of one's own.csv";
constexpr int shares = 8;         // a share has a seed, and a time limit, of its own
constexpr int seconds_each = 60;  // of a processor; a text that takes longer hangs

/// With GREENHALO_LONG=1 a hundred times as many texts: 1.04 million over the readers and shares.
std::size_t scaled(std::size_t texts) {
    const char* wanted = std::getenv("GREENHALO_LONG");
    const bool is_long = wanted != nullptr && *wanted != '\0' && std::string_view(wanted) != "0";
    return is_long ? 100 * texts : texts;
}

/// The text at work, for the handler of signals; a crash must say how to have it again.
std::string text_at_work, share_at_work;

void write_all(std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
        if (count <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void report_and_die(int number) {
    write_all(number == SIGPROF ? "\nhangs in " : "\ncrashes in ");
    write_all(share_at_work);
    write_all(" with the text\n");
    write_all(text_at_work);
    write_all("\n(end)\n");
    std::signal(number, SIG_DFL);
    std::raise(number);
}

void limit_processor_time(int seconds) {
    const itimerval limit = {{0, 0}, {seconds, 0}};
    ::setitimer(ITIMER_PROF, &limit, nullptr);
}

class MutatedInput : public testing::TestWithParam<int> {
  protected:
    void SetUp() override {
        for (const int number : watched) std::signal(number, report_and_die);
    }
    void TearDown() override {
        limit_processor_time(0);
        for (const int number : watched) std::signal(number, SIG_DFL);
    }

    /// Gives `read` texts until one is neither read nor refused as it should be.
    void feed(std::size_t texts, std::vector<std::string> sound, std::vector<std::string> words,
              const std::function<void(const std::string&)>& read) {
        for (const std::string& text : sound) ASSERT_NO_THROW(read(text)) << text;
        const auto seed = static_cast<std::uint64_t>(GetParam());
        share_at_work = fmt::format("share {}", seed);
        Mutator mutate(seed, std::move(sound), std::move(words));
        std::size_t accepted = 0;
        texts = scaled(texts);
        for (std::size_t i = 0; i < texts; ++i) {
            text_at_work = mutate();
            limit_processor_time(seconds_each);
            try {
                read(text_at_work);
                ++accepted;
            } catch (const InputError& error) {
                check_message(error.what());
            } catch (const std::exception& error) {
                ADD_FAILURE() << "not an InputError: " << error.what();
            }
            if (HasFailure()) {
                FAIL() << share_at_work << ", text " << i << ":\n" << text_at_work << "\n(end)";
            }
        }
        // a reader that refuses everything, or nothing, was not tested
        EXPECT_GT(accepted, texts / 50);
        EXPECT_LT(accepted, texts - texts / 10);
        RecordProperty("accepted", std::to_string(accepted));
    }

  private:
    static constexpr std::array<int, 5> watched = {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGPROF};

    static void check_message(std::string_view message) {
        EXPECT_TRUE(message.find(file_name) != message.npos || message.find(table_name) != message.npos)
            << "no file is named: " << message;
    }
};

std::vector<std::string> example_inputs() {
    std::vector<std::string> texts = {template_ini()};
    for (const auto& entry : std::filesystem::directory_iterator(GREENHALO_SOURCE_DIR "/input"))
        if (entry.path().extension() == ".ini") texts.push_back(read_text_file(entry.path()));
    std::ranges::sort(texts);
    texts.emplace_back(
        "\xEF\xBB\xBF[species]\r\nnames = H, Be  # with its own\r\nBe.charge = 4\r\nBe.mass-number = 9\r\n"
        "Be.flux = 12.5\r\n[observer]\r\nposition = 8.5 kpc, 0 kpc, 20 pc\r\nvelocity=\"-11, 12 7\"\r\n");
    texts.emplace_back(
        "[diffusion]\nslope = 0.4\ncoefficient = 5e28 cm2/s\nbreak-rigidity = 3 PV\nslope-above = 0.6\n"
        "[injection]\nmode = continuous\nnormalization = efficiency\nefficiency = 0.05 0.02 0.01 0.01 0.01\n"
        "[sources]\nmodel = spiral\narm-width = 2\nrate = 30 /kyr\n[energy]\nmin = 1 TeV\nmax = 1 EeV\n");
    texts.emplace_back(
        "[sources]\nmodel = none\ncatalogue = 'the \"known\" ones.csv'\n[injection]\nmode = table\n"
        "table = \"# of one's own.csv\"\nnormalization = unit\n[energy]\nmax=1e6\n");
    return texts;
}

std::vector<std::string> keys_and_choices() {
    std::vector<std::string> words;
    for (const ParameterSpec& spec : parameter_table()) {
        words.emplace_back(spec.key);
        words.emplace_back(spec.name());
        words.push_back(fmt::format("\n{} = ", spec.name()));
        words.push_back(fmt::format("\n[{}]\n{} = ", spec.section(), spec.name()));
        if (!spec.unit.name.empty()) words.push_back(fmt::format(" {} ", spec.unit.name));
        for (const std::string_view choice : spec.choices) words.emplace_back(choice);
    }
    for (const BuiltInSpecies& species : built_in_species()) words.emplace_back(species.name);
    return words;
}

TEST_P(MutatedInput, InputFile) {
    const FileContents files = {{"sources.catalogue", "8,0,0,1e4\n"},
                                {"injection.table", "0,1,1\n9,1,1\n0,1e9,1\n9,1e9,1\n"}};
    feed(150, example_inputs(), keys_and_choices(), [&](const std::string& text) {
        const Parameters parameters = Parameters::from_text(text, file_name);
        // what the result file keeps runs again, and means the same
        const std::string echo = parameters.effective_ini();
        const Parameters again = Parameters::from_text(echo, "echo");
        EXPECT_EQ(again.effective_ini(), echo);
        EXPECT_TRUE(again.warnings().empty()) << again.warnings().front();
        FileContents used;
        for (const auto& [key, content] : files)
            if (parameters.has_value(key) && parameters.is_used(key)) used[key] = content;
        const Model model = build_model(parameters, used);
        for (const double energy : model.transport.energies) EXPECT_TRUE(std::isfinite(energy) && energy > 0);
        EXPECT_TRUE(std::ranges::is_sorted(model.transport.energies));
        for (const auto& group : model.transport.release) {
            for (const auto& entries : group) {
                for (const ReleaseEntry& entry : entries)
                    EXPECT_TRUE(std::isfinite(entry.yield) && entry.yield >= 0 &&
                                std::isfinite(entry.delay) && entry.delay >= 0)
                        << entry.yield << " after " << entry.delay;
            }
        }
    });
}

TEST_P(MutatedInput, Catalogue) {
    feed(650,
         {"8.2,0.1,-0.05,11300,0.5,Vela\n-1,2,0,3.4e5\n",
          "name,age_yr,z_kpc,x_kpc,y_kpc\nGeminga,342000,0.03,8.7,-0.02\nx,1,0,1,2\n",
          "\xEF\xBB\xBF# known remnants\r\n\r\n  x_kpc , y_kpc , z_kpc , age_yr , energy , name\r\n"
          "\t8 , +1 ,-0.5, 2e4 ,, Cygnus Loop \r\n   # the last line has no end\n9,0,0,100,2"},
         {"x_kpc", "y_kpc", "z_kpc", "age_yr", "energy", "name", "1e-3", "1e4", "4", "3.9999999999999999"},
         [](const std::string& text) {
             constexpr double half_height = 4.0;
             const ListedSources listed = read_catalogue(text, std::string(file_name), half_height);
             const SourceBuffer& s = listed.sources;
             ASSERT_GT(s.size, 0U);
             ASSERT_EQ(listed.names.size(), s.size);
             for (std::size_t i = 0; i < s.size; ++i) {
                 EXPECT_TRUE(std::isfinite(s.x[i]) && std::isfinite(s.y[i]) && std::isfinite(s.age[i]));
                 EXPECT_LT(std::abs(s.z[i]), half_height);
                 EXPECT_GT(s.age[i], 0.0);
                 EXPECT_TRUE(std::isfinite(s.energy[i]) && s.energy[i] > 0.0);
                 EXPECT_EQ(listed.names[i].find_first_of("\n,"), std::string::npos);
             }
         });
}

TEST_P(MutatedInput, ReleaseTable) {
    std::string loops = "time_yr,energy_GeV,rate\n";
    for (const double time : {0.0, 100.0, 3e3, 3e4})
        for (const double energy : {1e1, 1e3, 1e5, 1.1e8})
            loops += fmt::format("{},{},{}\n", time, energy, std::pow(energy, -2.34) * std::exp(-time / 5e3));
    feed(500,
         {loops, "100,1e3,0\n200,1e3,4\n400,1e3,0\n",
          "# two "
          "groups\r\ngroup,rate,time_yr,energy_GeV\r\nH,1,0,1e3\r\nH,2,10,1e3\r\nFe,+3,5,1e4\r\n\r\nFe,0,6,"
          "1e4"},
         {"time_yr", "energy_GeV", "rate", "group", "H", "Fe", "1e3", "1e-300", "1e300", "1e154",
          "4.0000000001"},
         [](const std::string& text) {
             const TabulatedRelease table(text, std::string(file_name));
             for (const Nucleus& nucleus : five_groups()) {
                 for (const double energy : {1e1, 1e3, 2.6e4, 1e5, 1e8}) {
                     try {
                         for (const ReleaseEntry& entry : table.entries(nucleus, energy)) {
                             EXPECT_TRUE(std::isfinite(entry.yield) && entry.yield >= 0.0) << entry.yield;
                             EXPECT_TRUE(std::isfinite(entry.delay) && entry.delay >= 0.0) << entry.delay;
                         }
                         EXPECT_TRUE(std::isfinite(table.energy_in_group(nucleus)));
                     } catch (const InputError& error) {  // a group or an energy that is not there
                         EXPECT_NE(std::string_view(error.what()).find(file_name), std::string_view::npos);
                     }
                 }
             }
         });
}

INSTANTIATE_TEST_SUITE_P(Seeds, MutatedInput, testing::Range(1, 1 + shares),
                         [](const auto& share) { return fmt::format("{}", share.param); });

}  // namespace
}  // namespace greenhalo::test
