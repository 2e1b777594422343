"""Drives the development model server with OpenAI's own Python client. Ends with "ok" or a traceback.

Usage: openai_client.py BASE_URL
"""

import json
import sys

import openai

BASE_URL = sys.argv[1] + "/v1"
TOOL = {
    "type": "function",
    "function": {
        "name": "set_title",
        "description": "Names it.",
        "parameters": {
            "type": "object",
            "properties": {"title": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
            "required": ["title"],
        },
    },
}
TEXT = "Grüße! " + "This is a development model, and it answers at some length. " * 10
TITLE = {"title": "Größe \U0001f4a1 \"quoted\"", "tags": ["a", "b"]}


def client(key="dev-python", url=BASE_URL, max_retries=0):
    return openai.OpenAI(api_key=key, base_url=url, max_retries=max_retries, timeout=20)


def ask(say, **more):
    return dict(
        model="development-model", max_completion_tokens=2000, messages=[{"role": "user", "content": say}], **more
    )


def streams_text():
    pieces, finishes, usage = [], [], None
    stream = client().chat.completions.create(**ask("text"), stream=True, stream_options={"include_usage": True})
    for chunk in stream:
        assert chunk.object == "chat.completion.chunk" and chunk.model == "development-model"
        if not chunk.choices:
            usage = chunk.usage
            continue
        if chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
        finishes.append(chunk.choices[0].finish_reason)
    assert "".join(pieces) == TEXT, pieces
    assert len(pieces) > 10, "text must come in small pieces"
    assert finishes[-1] == "stop" and set(finishes[:-1]) == {None}
    assert usage.prompt_tokens > 0 and usage.completion_tokens == (len(TEXT.encode()) + 3) // 4
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert stream.response.headers["x-specwright-development-model"] == "true"
    # Without being asked for, usage does not come.
    assert all(chunk.choices for chunk in client().chat.completions.create(**ask("text"), stream=True))


def streams_tool_calls_and_takes_results():
    # The client's own accumulator puts the pieces together.
    with client().chat.completions.stream(**ask("tool", tools=[TOOL])) as stream:
        kinds = {event.type for event in stream}
        message = stream.get_final_completion().choices[0].message
    assert "tool_calls.function.arguments.delta" in kinds, kinds
    first, second = message.tool_calls
    assert message.content and first.function.name == "set_title"
    assert json.loads(first.function.arguments) == TITLE, first.function.arguments
    assert json.loads(second.function.arguments) == {} and second.id != first.id
    talk = [
        {"role": "user", "content": "tool"},
        {"role": "assistant", "content": message.content,
         "tool_calls": [call.model_dump(include={"id": True, "type": True, "function": {"name", "arguments"}})
                        for call in message.tool_calls]},
        *({"role": "tool", "tool_call_id": call.id, "content": "done"} for call in message.tool_calls),
    ]
    again = client().chat.completions.create(model="development-model", tools=[TOOL], messages=talk)
    assert again.choices[0].finish_reason == "stop" and again.choices[0].message.content == "2 results"
    assert "did not have response" in raises(openai.BadRequestError, messages=talk[:-1], tools=[TOOL]).message


def answers_whole():
    raw = client().chat.completions.with_raw_response.create(**ask("tool", tools=[TOOL], tool_choice="required"))
    assert raw.headers["x-specwright-development-model"] == "true"
    completion = raw.parse()
    assert completion.choices[0].finish_reason == "tool_calls"
    assert json.loads(completion.choices[0].message.tool_calls[0].function.arguments) == TITLE
    assert completion.usage.completion_tokens > 0


def is_cut_at_its_limit():
    completion = client().chat.completions.create(**{**ask("text"), "max_completion_tokens": 20})
    assert completion.choices[0].finish_reason == "length"
    assert completion.usage.completion_tokens == 20
    assert completion.choices[0].message.content == TEXT.encode()[:80].decode()


def stops_at_a_sequence():
    choice = client().chat.completions.create(**ask("text", stop=["development"])).choices[0]
    assert choice.finish_reason == "stop" and choice.message.content == "Grüße! This is a "


def counts_the_prompt_cache():
    def call(*turns):
        messages = [{"role": "system", "content": "Rules. " * 400}, *turns]
        usage = client("dev-cache").chat.completions.create(model="development-model", messages=messages).usage
        return usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens

    first = {"role": "user", "content": "first"}
    total, cached = call(first)
    assert cached == 0, cached
    assert call(first) == (total, total)
    grown, cached = call(first, {"role": "assistant", "content": "yes"}, {"role": "user", "content": "and now?"})
    assert cached == total < grown, (cached, total, grown)


def refuses_aloud():
    message = client("dev-x+refusal").chat.completions.create(**ask("text")).choices[0].message
    assert message.refusal and not message.content


def lists_models():
    assert [model.id for model in client().models.list()] == ["development-model"]
    try:
        client("sk-wrong").models.list()
        raise AssertionError("expected AuthenticationError")
    except openai.AuthenticationError:
        pass


def raises(kind, key="dev-python", **change):
    try:
        client(key).chat.completions.create(**{**ask("text"), **change})
    except kind as error:
        assert error.request_id
        return error
    raise AssertionError(f"expected {kind.__name__}")


def maps_errors_to_classes():
    assert raises(openai.AuthenticationError, key="sk-real-looking").code == "invalid_api_key"
    throttled = raises(openai.RateLimitError, key="dev-throttled-7")
    assert throttled.code == "rate_limit_exceeded" and throttled.response.headers["retry-after"] == "7"
    assert throttled.response.headers["x-ratelimit-reset-requests"] == "7s"
    for key in ["dev-exhausted", "dev-x+spend-cap", "dev-x+billing"]:
        error = raises(openai.RateLimitError, key=key)
        assert error.type == "insufficient_quota" and "retry-after" not in error.response.headers
    assert raises(openai.InternalServerError, key="dev-x+server-error").status_code == 500
    assert raises(openai.InternalServerError, key="dev-x+overloaded").status_code == 503
    assert raises(openai.BadRequestError, key="dev-x+prompt-too-long").code == "context_length_exceeded"
    assert "max_completion_tokens" in raises(openai.BadRequestError, max_completion_tokens=0).message
    assert "messages[0].role" in raises(openai.BadRequestError, messages=[{"role": "robot", "content": "x"}]).message
    assert "tool_choice" in raises(openai.BadRequestError, tool_choice="required").message
    assert "stream_options" in raises(openai.BadRequestError, stream_options={"include_usage": True}).message
    assert "surprise" in raises(openai.BadRequestError, extra_body={"surprise": 1}).message
    try:
        client(url=BASE_URL + "/nowhere").chat.completions.create(**ask("x"))
        raise AssertionError("expected NotFoundError")
    except openai.NotFoundError:
        pass


def raises_on_an_error_in_the_stream():
    try:
        list(client("dev-x+error-event").chat.completions.create(**ask("text"), stream=True))
        raise AssertionError("expected an error")
    except openai.APIError as error:
        assert error.code == "server_is_overloaded", error.body


def retries_past_counted_faults():
    patient = client("dev-patient+overloaded*1", max_retries=2)
    assert patient.chat.completions.create(**ask("text")).choices[0].finish_reason == "stop"


for check in [
    streams_text,
    streams_tool_calls_and_takes_results,
    answers_whole,
    is_cut_at_its_limit,
    stops_at_a_sequence,
    counts_the_prompt_cache,
    refuses_aloud,
    lists_models,
    maps_errors_to_classes,
    raises_on_an_error_in_the_stream,
    retries_past_counted_faults,
]:
    print(check.__name__, flush=True)
    check()
print("ok")
