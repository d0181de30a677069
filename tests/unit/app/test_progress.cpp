#include "greenhalo/app/progress.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>
#include <sstream>
#include <vector>

namespace greenhalo::test {

namespace {

/// A clock that is set by hand, and what was written and flushed since the last look.
class ProgressTest : public ::testing::Test {
  protected:
    void SetUp() override { stream_ = open_memstream(&text_, &size_); }
    void TearDown() override {
        std::fclose(stream_);
        std::free(text_);
    }

    Progress::Output output(bool is_terminal) {
        return {.stream = stream_, .is_terminal = is_terminal, .now = [this] { return now_; }};
    }

    void wait(double seconds) {
        now_ += std::chrono::duration_cast<Progress::Clock::duration>(std::chrono::duration<double>(seconds));
    }

    /// A memory stream shows only what was flushed; looking at it does not flush.
    std::string written() {
        const std::string all = text_ == nullptr ? std::string() : std::string(text_, size_);
        std::string fresh = all.substr(seen_);
        seen_ = all.size();
        return fresh;
    }

  private:
    std::FILE* stream_ = nullptr;
    char* text_ = nullptr;
    std::size_t size_ = 0, seen_ = 0;
    Progress::Clock::time_point now_ = Progress::Clock::now();
};

bool matches(const std::string& text, const std::string& pattern) {
    return std::regex_match(text, std::regex(pattern));
}

const std::string dated = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  )";

TEST_F(ProgressTest, ALineGivesTheRateAndTheTimeLeft) {
    Progress progress("realizations", 10, 0, output(false));
    wait(6.0);
    progress.update(3);
    const std::string text = written();
    EXPECT_TRUE(matches(text, dated + "3 of 10 realizations, 0\\.5 per s, 14 s left\n")) << text;
}

TEST_F(ProgressTest, NothingWithinTheIntervalAndOneLineAfterIt) {
    Progress progress("realizations", 1000, 0, output(false));
    wait(1.9);
    progress.update(1);
    EXPECT_EQ(written(), "");
    wait(0.2);
    progress.update(2);
    std::string text = written();
    EXPECT_TRUE(matches(text, dated + "2 of 1000 realizations, 0\\.952 per s, 17 min left\n")) << text;
    progress.update(3);
    wait(7.8);
    progress.update(4);
    EXPECT_EQ(written(), "");
    wait(0.2);
    progress.update(5);
    text = written();
    EXPECT_TRUE(matches(text, dated + "5 of 1000 .*\n")) << text;
}

TEST_F(ProgressTest, LinesBecomeRareAndStayAMinuteApart) {
    Progress progress("realizations", 100000, 0, output(false));
    std::vector<int> told;
    for (int second = 1; second <= 300; ++second) {
        wait(1.0);
        progress.update(second);
        if (!written().empty()) told.push_back(second);
    }
    EXPECT_EQ(told, (std::vector<int>{2, 10, 30, 60, 120, 180, 240, 300}));
}

TEST_F(ProgressTest, PiecesThatTakeLongAreToldOnceEach) {
    Progress progress("realizations", 10, 0, output(false));
    for (int piece = 1; piece <= 3; ++piece) {
        wait(45.0);
        progress.update(piece);
    }
    // after 45 s, 90 s and 135 s; the second one is due after a minute, the third a minute behind the second
    const std::string text = written();
    EXPECT_TRUE(matches(text, dated + "1 of 10 .*\n" + dated + "2 of 10 .*\n")) << text;
}

TEST_F(ProgressTest, TheEndIsToldAtOnce) {
    Progress progress("realizations", 10, 0, output(false));
    wait(0.5);
    progress.update(10);
    const std::string text = written();
    EXPECT_TRUE(matches(text, dated + "10 of 10 realizations, 20 per s\n")) << text;
}

TEST_F(ProgressTest, WhatWasDoneBeforeIsNoSpeedOfThisRun) {
    Progress progress("realizations", 100, 60, output(false));
    wait(10.0);
    progress.update(80);
    const std::string text = written();
    EXPECT_TRUE(matches(text, dated + "80 of 100 realizations, 2 per s, 10 s left\n")) << text;
}

TEST_F(ProgressTest, ATerminalSeesOneLineThatIsWrittenOver) {
    {
        Progress progress("realizations", 10, 0, output(true));
        wait(0.1);
        progress.update(1);
        EXPECT_EQ(written(), "");
        wait(1.9);
        progress.update(4);
        std::string text = written();
        EXPECT_TRUE(matches(text, "\r  4 of 10 realizations, 2 per s, 3 s left *")) << text;
        wait(0.1);
        progress.update(5);
        EXPECT_EQ(written(), "");
        wait(2.9);
        progress.update(10);
        text = written();
        EXPECT_TRUE(matches(text, "\r  10 of 10 realizations, 2 per s *")) << text;
        EXPECT_GE(text.size(), std::string("\r  4 of 10 realizations, 2 per s, 3 s left").size());
    }
    EXPECT_EQ(written(), "\n");
}

TEST_F(ProgressTest, ASilentOneWritesNothing) {
    Progress::Output nowhere = output(false);
    nowhere.stream = nullptr;
    Progress progress("realizations", 10, 0, nowhere);
    wait(100.0);
    progress.update(5);
    progress.update(10);
    EXPECT_EQ(written(), "");
    EXPECT_DOUBLE_EQ(progress.elapsed(), 100.0);
}

}  // namespace

}  // namespace greenhalo::test
