#include "greenhalo/app/stop_control.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "greenhalo/base/error.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

using test::in_child;
using test::TemporaryFolder;

constexpr double never = std::numeric_limits<double>::infinity();

TEST(StopFiles, ThatOfTheResultAndThatOfTheFolder) {
    const TemporaryFolder folder;
    EXPECT_EQ(stop_file_of(folder / "r.h5"), "");
    EXPECT_NO_THROW(require_no_stop_file(folder / "r.h5"));
    test::write_bytes(folder / "STOP.r.h5", "");
    EXPECT_EQ(stop_file_of(folder / "r.h5"), folder / "STOP.r.h5");
    EXPECT_EQ(stop_file_of(folder / "other.h5"), "");
    test::write_bytes(folder / "STOP", "");
    EXPECT_EQ(stop_file_of(folder / "other.h5"), folder / "STOP");
    EXPECT_THROW(require_no_stop_file(folder / "other.h5"), InputError);
    const std::string message = test::message_of([&] { require_no_stop_file(folder / "r.h5"); });
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "remove it", message);
}

TEST(StopControl, SavesAtIntervalsAndWhenAskedTo) {
    const TemporaryFolder folder;
    const Ranks alone = Ranks::alone();
    StopControl control(alone, folder / "r.h5", 10.0, {});
    EXPECT_FALSE(control.decide(9.9, 1.0).save);
    Verdict verdict = control.decide(10.0, 1.0);
    EXPECT_TRUE(verdict.save && !verdict.stop);
    control.saved(10.5, 0.5);
    EXPECT_FALSE(control.decide(20.4, 1.0).save);
    EXPECT_TRUE(control.decide(20.5, 1.0).save);
    control.saved(21.0, 0.5);
    test::write_bytes(folder / "STOP", "");
    verdict = control.decide(21.0, 1.0);
    EXPECT_TRUE(verdict.save && verdict.stop);
    EXPECT_EQ(verdict.reason, "the file " + (folder / "STOP"));
}

TEST(StopControl, StopsEarlyEnoughForATurnAndASave) {
    const Ranks alone = Ranks::alone();
    StopControl control(alone, "/nowhere/r.h5", 1e9, {100.0, never});
    EXPECT_FALSE(control.decide(90.0, 2.0).stop);
    control.saved(91.0, 4.0);
    EXPECT_DOUBLE_EQ(control.margin(2.0), 11.0);
    EXPECT_FALSE(control.decide(88.9, 2.0).stop);
    const Verdict verdict = control.decide(89.0, 2.0);
    EXPECT_TRUE(verdict.stop && verdict.save);
    EXPECT_EQ(verdict.reason, "checkpoint.stop-after");
    // the longest save counts
    control.saved(92.0, 1.0);
    EXPECT_DOUBLE_EQ(control.margin(2.0), 11.0);
}

TEST(StopControl, StopsBeforeTheEndOfTheJob) {
    const Ranks alone = Ranks::alone();
    StopControl control(alone, "/nowhere/r.h5", 1e9, {never, 100.0});
    EXPECT_FALSE(control.decide(80.0, 2.0).stop);
    EXPECT_TRUE(control.decide(87.0, 2.0).stop);
}

TEST(TimeLimits, TheEndOfTheJobComesFromTheEnvironment) {
    ::unsetenv("SLURM_JOB_END_TIME");
    EXPECT_EQ(TimeLimits::from_environment(never, 3.0, 1e9).job_end, never);
    ::setenv("SLURM_JOB_END_TIME", "1000000600", 1);
    EXPECT_DOUBLE_EQ(TimeLimits::from_environment(50.0, 3.0, 1e9).job_end, 603.0);
    EXPECT_DOUBLE_EQ(TimeLimits::from_environment(50.0, 3.0, 1e9).stop_after, 50.0);
    for (const char* nonsense : {"", "soon", "12x", "-5", "0"}) {
        ::setenv("SLURM_JOB_END_TIME", nonsense, 1);
        EXPECT_EQ(TimeLimits::from_environment(never, 3.0, 1e9).job_end, never) << nonsense;
    }
    ::unsetenv("SLURM_JOB_END_TIME");
}

// Signals change the process for good: each in a process of its own.
TEST(StopSignals, StopSaveAndAbandon) {
    const int status = in_child([] {
        install_stop_signals();
        const Ranks alone = Ranks::alone();
        StopControl control(alone, "/nowhere/r.h5", 1e9, {});
        if (control.decide(1.0, 1.0).save) return 1;
        ::raise(SIGUSR2);
        Verdict verdict = control.decide(1.0, 1.0);
        if (!verdict.save || verdict.stop || stop_was_asked_for()) return 2;
        if (control.decide(1.0, 1.0).save) return 3;
        ::raise(SIGUSR1);
        verdict = control.decide(1.0, 1.0);
        if (!verdict.save || !verdict.stop || !stop_was_asked_for() || abandoning_was_asked_for()) return 4;
        ::raise(SIGTERM);
        if (!abandoning_was_asked_for()) return 5;
        return 0;
    });
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace greenhalo
