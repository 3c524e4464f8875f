#include "engine/tokenizer/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken::tokenizer {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

/// Llama 3's template as its authors write it.
const std::string kLlama3 =
    "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = "
    "'<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim "
    "+ "
    "'<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ "
    "content }}{% endfor %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}";
const std::string kRendered =
    "<s><|start_header_id|>user<|end_header_id|>\n\nHi there<|eot_id|><|start_header_id|>assistant"
    "<|end_header_id|>\n\n";

class ChatTemplateTest : public ::testing::Test {
 protected:
  void write_config(const Json& config) { write("tokenizer_config.json", config.dump()); }
  void write(const std::string& name, const std::string& content) {
    write_file_atomically(dir_.path() / name, content);
  }
  std::string render(std::string_view turn = "Hi there") {
    return ChatTemplate::load(dir_.path()).render_user_turn(turn);
  }
  std::string render_error() {
    try {
      render();
    } catch (const WeightsError& error) {
      return error.what();
    }
    return "no error";
  }

 private:
  evotoken::testing::TemporaryDir dir_;
};

TEST_F(ChatTemplateTest, StringTemplateAndStringToken) {
  write_config({{"bos_token", "<s>"}, {"chat_template", kLlama3}});
  EXPECT_EQ(render(), kRendered);
}

TEST_F(ChatTemplateTest, NamedTemplatesAndTokenObject) {
  write_config({{"bos_token", {{"content", "<s>"}, {"lstrip", false}}},
                {"chat_template",
                 {{{"name", "tool_use"}, {"template", "{{ tools }}"}},
                  {{"name", "default"}, {"template", kLlama3}}}}});
  EXPECT_EQ(render(), kRendered);
}

TEST_F(ChatTemplateTest, AFileOfItsOwnComesFirst) {
  write_config({{"bos_token", "<s>"}, {"chat_template", "{{ other }}"}});
  write("chat_template.jinja", kLlama3 + "\n");
  EXPECT_EQ(render(), kRendered);
}

TEST_F(ChatTemplateTest, LayoutDoesNotMatter) {
  std::string spread;  // a line for each block tag, and escapes instead of newlines
  for (std::size_t i = 0; i < kLlama3.size(); ++i) {
    if (kLlama3.substr(i, 2) == "{%" && i > 0) spread += "\n    ";
    if (kLlama3[i] == '\n') {
      spread += R"(\n)";
    } else {
      spread += kLlama3[i];
    }
  }
  // A newline behind {{ content }} would be printed, so that one must not be there.
  const std::size_t printed = spread.find("}}\n    {% endfor");
  ASSERT_NE(printed, std::string::npos);
  spread.replace(printed, 2, "-}}");
  spread.replace(spread.find("{{ content"), 2, "{{-");
  write_config({{"bos_token", "<s>"}, {"chat_template", spread}});
  EXPECT_EQ(render(), kRendered) << spread;
}

TEST_F(ChatTemplateTest, PrintedSpaceDoesMatter) {
  std::string printed = kLlama3;
  printed.insert(printed.find("{% endfor"), 1, ' ');
  write_config({{"bos_token", "<s>"}, {"chat_template", printed}});
  EXPECT_THAT(render_error(), HasSubstr("not a known one"));
}

TEST_F(ChatTemplateTest, ContentIsStrippedAsPythonDoes) {
  write_config({{"bos_token", ""}, {"chat_template", kLlama3}});
  const std::string plain = render("x y");
  EXPECT_EQ(render(" \t\r\n\v\f x y \u00a0\u3000\u2003\u0085\x1c\x1f"), plain);
  EXPECT_NE(render("\u200bx y"), plain);
  EXPECT_EQ(render(" \n "), render(""));
}

TEST_F(ChatTemplateTest, ErrorsSayWhatIsMissing) {
  EXPECT_THAT(render_error(), HasSubstr("no chat template"));
  write_config({{"chat_template", kLlama3}});
  EXPECT_THAT(render_error(), HasSubstr("field \"bos_token\" missing"));
  write_config({{"bos_token", nullptr}, {"chat_template", kLlama3}});
  EXPECT_THAT(render_error(), HasSubstr("field \"bos_token\" missing"));
  write_config({{"bos_token", "<s>"}, {"chat_template", "{% for m in\nmessages %}[INST]"}});
  const std::string unknown = render_error();
  EXPECT_THAT(unknown, HasSubstr("tokenizer_config.json: the chat template is not a known one"));
  EXPECT_THAT(unknown, HasSubstr("{% for m in\\nmessages %}[INST]"));
  EXPECT_THAT(unknown, HasSubstr("{% set loop_messages = messages %}"));
  EXPECT_THAT(unknown, Not(HasSubstr("\n")));
  write("tokenizer_config.json", "[1]");
  EXPECT_THAT(render_error(), HasSubstr("not a JSON object"));
  write("tokenizer_config.json", "{");
  EXPECT_THAT(render_error(), HasSubstr("not valid JSON"));
}

}  // namespace
}  // namespace evotoken::tokenizer
