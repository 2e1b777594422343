"""Drives the development model server with Anthropic's own Python client. Ends with "ok" or a traceback.

Usage: anthropic_client.py BASE_URL
"""

import sys

import anthropic

BASE_URL = sys.argv[1]
TOOL = {
    "name": "set_title",
    "description": "Names it.",
    "input_schema": {
        "type": "object",
        "properties": {"title": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
        "required": ["title"],
    },
}
TEXT = "Grüße! " + "This is a development model, and it answers at some length. " * 10


def client(key="dev-python"):
    return anthropic.Anthropic(api_key=key, base_url=BASE_URL, max_retries=0, timeout=20)


def ask(say, **more):
    return dict(
        model="development-model", max_tokens=2000, messages=[{"role": "user", "content": say}], **more
    )


def streams_text():
    with client().messages.stream(**ask("text")) as stream:
        pieces = list(stream.text_stream)
        message = stream.get_final_message()
    assert "".join(pieces) == TEXT, pieces
    assert len(pieces) > 10, "text must come in small pieces"
    assert message.stop_reason == "end_turn"
    assert message.model == "development-model"
    assert message.usage.input_tokens > 0 and message.usage.output_tokens == (len(TEXT.encode()) + 3) // 4
    assert stream.response.headers["x-specwright-development-model"] == "true"
    assert stream.response.headers["request-id"].startswith("req_")


def streams_tool_calls_and_takes_results():
    with client().messages.stream(**ask("tool", tools=[TOOL])) as stream:
        kinds = [event.type for event in stream]
        message = stream.get_final_message()
    assert "input_json" in kinds, kinds
    text, first, second = message.content
    assert text.type == "text" and first.type == "tool_use" and first.name == "set_title"
    assert first.input == {"title": "Größe \U0001f4a1 \"quoted\"", "tags": ["a", "b"]}, first.input
    assert second.input == {} and second.id != first.id
    assert message.stop_reason == "tool_use"
    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": "done"}
        for block in message.content
        if block.type == "tool_use"
    ]
    again = client().messages.create(
        model="development-model",
        max_tokens=100,
        tools=[TOOL],
        messages=[
            {"role": "user", "content": "tool"},
            {"role": "assistant", "content": message.content},
            {"role": "user", "content": results},
        ],
    )
    assert again.stop_reason == "end_turn" and again.content[0].text == "2 results"


def answers_whole():
    raw = client().messages.with_raw_response.create(**ask("tool", tools=[TOOL], tool_choice={"type": "any"}))
    assert raw.headers["x-specwright-development-model"] == "true"
    message = raw.parse()
    assert [block.type for block in message.content] == ["text", "tool_use", "tool_use"]
    assert message.usage.output_tokens > 0


def is_cut_at_max_tokens():
    request = ask("text")
    request["max_tokens"] = 20
    with client().messages.stream(**request) as stream:
        message = stream.get_final_message()
    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens == 20 and message.content[0].text == TEXT.encode()[:80].decode()


def stops_at_a_sequence():
    message = client().messages.create(**ask("text", stop_sequences=["development"]))
    assert message.stop_reason == "stop_sequence" and message.stop_sequence == "development"
    assert message.content[0].text == "Grüße! This is a "


def counts_the_prompt_cache():
    def call(turns):
        return client("dev-cache").messages.create(
            model="development-model",
            max_tokens=100,
            system=[{"type": "text", "text": "Rules. " * 400, "cache_control": {"type": "ephemeral"}}],
            messages=turns,
        )

    turns = [{"role": "user", "content": "first"}]
    one = call(turns).usage
    assert one.cache_creation_input_tokens == 700 and one.cache_read_input_tokens == 0, one
    two = call(turns).usage
    assert two.cache_creation_input_tokens == 0 and two.cache_read_input_tokens == 700, two
    assert one.input_tokens == two.input_tokens > 0
    turns[0]["content"] = [{"type": "text", "text": "first", "cache_control": {"type": "ephemeral"}}]
    three = call(turns).usage
    assert three.cache_read_input_tokens == 700 and three.cache_creation_input_tokens > 0, three
    assert three.input_tokens == 0


def raises(kind, key="dev-python", **change):
    request = {**ask("text"), **change}
    try:
        client(key).messages.create(**request)
    except kind as error:
        assert error.body["type"] == "error", error.body
        assert error.request_id.startswith("req_")
        return error
    raise AssertionError(f"expected {kind.__name__}")


def maps_errors_to_classes():
    assert raises(anthropic.AuthenticationError, key="sk-real-looking").body["error"]["type"] == "authentication_error"
    throttled = raises(anthropic.RateLimitError, key="dev-throttled-7")
    assert throttled.response.headers["retry-after"] == "7"
    assert "retry-after" not in raises(anthropic.RateLimitError, key="dev-x+spend-cap").response.headers
    assert "credit balance" in raises(anthropic.BadRequestError, key="dev-exhausted").message
    assert raises(anthropic.APIStatusError, key="dev-x+billing").status_code == 402
    assert raises(anthropic.InternalServerError, key="dev-x+server-error").status_code == 500
    assert raises(anthropic.InternalServerError, key="dev-x+overloaded").status_code == 529
    assert "max_tokens" in raises(anthropic.BadRequestError, max_tokens=0).message
    assert "messages.0" in raises(anthropic.BadRequestError, messages=[{"role": "robot", "content": "x"}]).message
    assert "prefill" in raises(
        anthropic.BadRequestError,
        messages=[{"role": "user", "content": "x"}, {"role": "assistant", "content": "{"}],
    ).message
    assert "surprise" in raises(anthropic.BadRequestError, extra_body={"surprise": 1}).message
    try:
        anthropic.Anthropic(api_key="dev-x", base_url=BASE_URL + "/nowhere", max_retries=0).messages.create(**ask("x"))
        raise AssertionError("expected NotFoundError")
    except anthropic.NotFoundError:
        pass


def raises_on_an_error_event():
    try:
        with client("dev-x+error-event").messages.stream(**ask("text")) as stream:
            list(stream.text_stream)
        raise AssertionError("expected an error")
    except anthropic.APIStatusError as error:
        assert error.body["error"]["type"] == "overloaded_error", error.body


def retries_past_counted_faults():
    patient = anthropic.Anthropic(api_key="dev-patient+overloaded*1", base_url=BASE_URL, max_retries=2, timeout=20)
    assert patient.messages.create(**ask("text")).stop_reason == "end_turn"


for check in [
    streams_text,
    streams_tool_calls_and_takes_results,
    answers_whole,
    is_cut_at_max_tokens,
    stops_at_a_sequence,
    counts_the_prompt_cache,
    maps_errors_to_classes,
    raises_on_an_error_event,
    retries_past_counted_faults,
]:
    print(check.__name__, flush=True)
    check()
print("ok")
