// SPDX-License-Identifier: Apache-2.0
#include "http/api_schemas.h"

#include <algorithm>

namespace errand::http {
namespace {

// Whole numbers have no format: there is none for any size.
constexpr ApiSchema schemas[] = {
    {"Job", R"({
"description":"A call that is on disk: its arguments, its state, its attempts and its outcome.",
"allOf":[{"$ref":"#/components/schemas/ListedJob"}],
"properties":{
  "args":{"type":"array","description":"The arguments by position.","items":true},
  "kwargs":{"type":"object","description":"The arguments by name.","additionalProperties":true},
  "notify":{"type":"object","description":"Whom it tells when it has ended, if anybody."},
  "traceparent":{"type":"string","description":"Of W3C Trace Context, where it was given."},
  "result":{"description":"What the method returned, exact at any size; null unless succeeded."}},
"required":["args","kwargs","result"]})"},

    {"ListedJob", R"({
"type":"object",
"description":"A job without its arguments and its result, as lists have it.",
"properties":{
  "id":{"type":"string","format":"uuid"},
  "service":{"type":"string"},
  "method":{"type":"string"},
  "submitter":{"type":"string","description":"Whose token it came by, where tokens are asked for."},
  "state":{"$ref":"#/components/schemas/JobState"},
  "error":{"anyOf":[{"$ref":"#/components/schemas/JobError"},{"type":"null"}]},
  "attempt":{"type":"integer","minimum":0,"description":"Tries used, 0 before the first."},
  "max_attempts":{"type":"integer","minimum":1},
  "priority":{"type":"string","enum":["low","high"],"description":"Where it is not normal."},
  "progress":{"anyOf":[{"$ref":"#/components/schemas/Progress"},{"type":"null"}]},
  "cancel_requested":{"type":"boolean","description":"Whether a running job was asked to end."},
  "tags":{"type":"array","items":{"type":"string"}},
  "created_at":{"$ref":"#/components/schemas/Time"},
  "run_at":{"$ref":"#/components/schemas/Time"},
  "started_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},
  "finished_at":{"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]},
  "parent_id":{"type":["string","null"],"format":"uuid","description":"The job that cast it."}},
"required":["id","service","method","state","error","attempt","max_attempts","progress",
  "cancel_requested","tags","created_at","run_at","started_at","finished_at","parent_id"]})"},

    {"JobState", R"({"type":"string",
"enum":["queued","running","succeeded","failed","cancelled"]})"},

    {"JobError", R"({
"type":"object",
"description":"Why the last attempt failed.",
"properties":{
  "type":{"type":"string","description":"The method's, or Timeout, NodeLost, Expired, )"
                 R"(UnknownService, MessageTooLarge or TryAgain."},
  "message":{"type":"string"}},
"required":["type","message"]})"},

    {"Progress", R"({
"type":"object",
"description":"What the method told last of how far it is.",
"properties":{
  "fraction":{"type":"number","minimum":0,"maximum":1},
  "text":{"type":"string"}},
"required":["fraction","text"]})"},

    {"Time", R"({"type":"string","format":"date-time",
"description":"RFC 3339, UTC, microseconds."})"},

    {"JobList", R"({
"type":"object",
"properties":{
  "jobs":{"type":"array","items":{"$ref":"#/components/schemas/ListedJob"}},
  "next":{"type":["string","null"],"description":"What `after` goes on with; null at the end."},
  "scanned_to":{"allOf":[{"$ref":"#/components/schemas/Time"}],
    "description":"Where enough was looked through for one page: that far back, by created_at."}},
"required":["jobs","next"]})"},

    {"Erased", R"({
"type":"object",
"properties":{
  "deleted":{"type":"integer","minimum":0},
  "unfinished":{"type":"integer","minimum":0,
    "description":"Left alone: they have not ended, or a job that they cast has not."}},
"required":["deleted","unfinished"]})"},

    {"Retried", R"({
"type":"object",
"properties":{"retried":{"type":"integer","minimum":0}},
"required":["retried"]})"},

    {"JobBatch", R"({
"type":"object",
"description":"The jobs of an array, in its order.",
"properties":{"jobs":{"type":"array","items":{
  "type":"object",
  "properties":{
    "id":{"type":"string","format":"uuid"},
    "location":{"type":"string","format":"uri-reference"}},
  "required":["id","location"]}}},
"required":["jobs"]})"},

    {"JobOptions", R"({
"type":"object",
"description":"When and how a job is to be tried.",
"properties":{
  "run_at":{"type":"string","format":"date-time",
    "description":"Not before; at most ten years ahead."},
  "delay":{"type":"number","minimum":0,"description":"Seconds until it runs, instead of run_at."},
  "expires_at":{"type":"string","format":"date-time",
    "description":"Fails with Expired if it has not begun by then."},
  "timeout":{"type":"number","minimum":0.001,"maximum":604800,
    "description":"Seconds an attempt may take."},
  "max_attempts":{"type":"integer","minimum":1,"maximum":1000},
  "priority":{"type":"string","enum":["low","normal","high"],"default":"normal"},
  "notify":{"type":"object","description":"Whom to tell when it has ended.",
    "properties":{"webhook":{"type":"string","format":"uri"}},
    "required":["webhook"],"additionalProperties":false},
  "tags":{"type":"array","maxItems":16,"uniqueItems":true,"description":"Words to find it by.",
    "items":{"type":"string","minLength":1,"maxLength":64}}}})"},

    {"Submission", R"({"oneOf":[
{"$ref":"#/components/schemas/JobRequest"},{"$ref":"#/components/schemas/JobRequests"}]})"},

    {"Sentence", R"({"type":"string"})", textType},

    {"Login", R"({
"type":"object",
"description":"Who logs in.",
"properties":{"token":{"type":"string","description":"The text of a token: errand_..."}},
"required":["token"]})"},

    {"Session", R"({
"type":"object",
"description":"Who the caller is, by its token, and what it may do.",
"properties":{
  "name":{"type":["string","null"],"description":"Null: not known, or tokens are not asked for."},
  "scopes":{"type":"array","items":{"type":"string","enum":["submit","read","admin"]}}},
"required":["name","scopes"]})"},

    {"Events",
     R"({"type":"string",
"description":"Server-sent events: a change's number as `id`, the job's state as `event`, the job)"
     R"( as `data`."})",
     eventsType},

    {"ServiceList", R"({
"type":"object",
"properties":{"services":{"type":"array","items":{"$ref":"#/components/schemas/Service"}}},
"required":["services"]})"},

    {"ServiceState", R"({
"type":"object",
"description":"A service as it is now.",
"properties":{
  "name":{"type":"string"},
  "paused":{"type":"boolean","description":"By a person: none of its jobs begins."},
  "waits":{"type":"boolean","description":"For what it depends on, such as the mail server."},
  "jobs":{"type":"object","description":"How many it has, by state.",
    "propertyNames":{"$ref":"#/components/schemas/JobState"},
    "additionalProperties":{"type":"integer","minimum":0}}},
"required":["name","paused","waits","jobs"]})"},

    {"Service", R"({
"allOf":[{"$ref":"#/components/schemas/ServiceState"}],
"properties":{
  "text":{"type":"string"},
  "hosted":{"type":"boolean","description":"Whether this node runs it."},
  "workers":{"type":"integer","minimum":1,"description":"Calls at a time on a node that runs it."},
  "limit":{"oneOf":[{"type":"null"},{"type":"object",
    "properties":{
      "jobs":{"type":"integer","minimum":1},
      "window":{"type":"integer","minimum":1,"description":"In seconds."}},
    "required":["jobs","window"]}],
    "description":"What each caller may submit here of its jobs; null: any number."},
  "methods":{"type":"array","items":{"$ref":"#/components/schemas/Method"}}},
"required":["text","hosted","workers","limit","methods"]})"},

    {"Method", R"({
"type":"object",
"properties":{
  "name":{"type":"string"},
  "text":{"type":"string"},
  "queued":{"type":"boolean","description":"Whether a call without a job becomes one."},
  "parameters":{"type":"array","items":{
    "type":"object",
    "properties":{
      "name":{"type":"string"},
      "required":{"type":"boolean"},
      "schema":{"type":"object","description":"JSON Schema.","additionalProperties":true}},
    "required":["name","required","schema"]}},
  "policy":{"$ref":"#/components/schemas/Policy"}},
"required":["name","text","queued","parameters","policy"]})"},

    {"Policy", R"({
"type":"object",
"description":"How a method's jobs are tried, where a job does not say.",
"properties":{
  "max_attempts":{"type":"integer","minimum":1},
  "timeout":{"type":"number","description":"Seconds an attempt may take."},
  "backoff":{
    "type":"object",
    "description":"Seconds before the second attempt, doubled with each, and the longest.",
    "properties":{"first":{"type":"number"},"longest":{"type":"number"}},
    "required":["first","longest"]}},
"required":["max_attempts","timeout","backoff"]})"},

    {"Health", R"({
"type":"object",
"properties":{
  "status":{"const":"ok"},
  "missing":{"type":"array","items":{"type":"string"},"description":"What is away all the same."}},
"required":["status"]})"},

    {"Metrics", R"({"type":"string","description":"Prometheus's text format, 0.0.4."})", textType},
    {"Document", R"({"type":"object","description":"This document.","additionalProperties":true})"},

    {"Problem", R"({
"type":"object",
"description":"What is wrong (RFC 9457).",
"properties":{
  "type":{"type":"string","format":"uri-reference"},
  "title":{"type":"string"},
  "status":{"type":"integer"},
  "detail":{"type":"string"},
  "errors":{"type":"array","description":"Of 422: one entry a field.","items":{
    "type":"object",
    "properties":{"field":{"type":"string"},"message":{"type":"string"}},
    "required":["field","message"]}},
  "line":{"type":"integer","description":"Of a body that is not JSON."},
  "column":{"type":"integer"},
  "parameter":{"type":"string","description":"Of a query: the one that is wrong."},
  "state":{"$ref":"#/components/schemas/JobState"},
  "index":{"type":"integer","description":"Of an array of jobs: the one that is wrong, from 0."},
  "missing":{"type":"array","items":{"type":"string"}}},
"required":["type","title","status","detail"]})",
     problemType},
};

}  // namespace

std::span<const ApiSchema> apiSchemas() noexcept {
    return schemas;
}

const ApiSchema* findApiSchema(std::string_view name) noexcept {
    const auto* found = std::ranges::find(schemas, name, &ApiSchema::name);
    return found == std::end(schemas) ? nullptr : found;
}

}  // namespace errand::http
