/* schema_cases.h: schemas that have a grammar, with ' for ", and all schemas of the tools. */
#ifndef WRT_TESTS_SCHEMA_CASES_H
#define WRT_TESTS_SCHEMA_CASES_H

#include "tools/causal_schemas.h"
#include "tools/kg_schemas.h"

static const char *const schema_cases[] = {
    /* types */
    "{'type':'null'}",
    "{'type':'boolean'}",
    "{'type':'integer'}",
    "{'type':'number'}",
    "{'type':'string'}",
    "{'type':'array'}",
    "{'type':'object'}",
    "{'type':['string','null','integer']}",
    "{}",
    "{'description':'anything','title':'t','default':1,'examples':[1]}",
    /* choices */
    "{'enum':['a','b\\u0022c','h\xc3\xa9',1,-1,0,1.5,1e300,1e-7,true,null,[1,{'k':[]}],{'b':1,'a':"
    "2}]}",
    "{'const':{'z':[],'a':'\\n\\\\'}}",
    "{'type':'string','enum':['x',1,'y']}",
    "{'enum':[1,2,3,4,5],'minimum':2,'maximum':4}",
    "{'enum':['aa','b','cc'],'pattern':'^[a-c]{2}$'}",
    /* numbers */
    "{'type':'integer','minimum':-17,'maximum':1234}",
    "{'type':'integer','minimum':0.5}",
    "{'type':'integer','maximum':-1}",
    "{'type':'number','minimum':0,'maximum':1}",
    "{'type':'number','minimum':-2.75,'maximum':-0.125}",
    "{'type':'number','minimum':0.1}",
    "{'type':'number','maximum':1e300}",
    "{'type':'number','minimum':1e300,'maximum':2e300}",
    "{'type':'number','minimum':1e-300,'maximum':1e-299}",
    "{'type':'number','minimum':1e-7,'maximum':3e-7}",
    "{'type':'number','minimum':0.3333333333333333,'maximum':0.3333333333333334}",
    "{'type':'number','minimum':123.456,'maximum':123.456}",
    "{'type':['integer','string'],'minimum':5,'maximum':5,'maxLength':0}",
    /* strings */
    "{'type':'string','minLength':1,'maxLength':3}",
    "{'type':'string','maxLength':0}",
    "{'type':'string','minLength':2000}",
    "{'type':'string','minLength':3,'maxLength':100000}",
    "{'type':'string','pattern':'^[A-Z]+:[0-9]+$'}",
    "{'type':'string','pattern':'^[A-Z]+:[0-9]+$','maxLength':9}",
    "{'type':'string','pattern':'^(MONDO|HP|CHEBI):\\\\d{7}$'}",
    "{'type':'string','pattern':'^a(b|cd)*e?$|^x.y$','minLength':4,'maxLength':12}",
    "{'type':'string','pattern':'[^a-z]{2,3}\\\\.\\\\w\\\\s\\\\D\\\\W\\\\S'}",
    "{'type':'string','pattern':'^(?:[\\u0022\\\\\\\\x]|\\u00e9+?)(|z)$'}",
    "{'type':'string','pattern':'^10\\\\.\\\\d{4,9}/[-._;()/:A-Za-z0-9]+$'}",
    "{'type':'string','pattern':'^((a?b){0,3}c){1,2}$'}",
    /* arrays */
    "{'type':'array','items':{'type':'integer','minimum':0,'maximum':9}}",
    "{'type':'array','items':{'enum':['a','b']},'minItems':2,'maxItems':2}",
    "{'type':'array','items':{'type':'null'},'minItems':1,'maxItems':3}",
    "{'type':'array','items':{'type':'string','maxLength':2},'minItems':5}",
    "{'type':'array','maxItems':0}",
    "{'type':'array','maxItems':1000,'items':{'type':'boolean'}}",
    "{'type':'array','items':{'allOf':[{'type':'string'},{'type':'null'}]}}", /* only [] */
    /* objects */
    "{'type':'object','additionalProperties':false}",
    "{'type':'object','required':['a','c'],'properties':{'a':{'type':'null'},'b':{'type':'boolean'}"
    ","
    "'c':{'type':'integer'},'d':{'type':'string','maxLength':3}},'additionalProperties':false}",
    "{'type':'object','properties':{'a':{'const':1},'b':{'const':2},'c':{'const':3}}}",
    "{'type':'object','required':['x'],'additionalProperties':{'type':'integer'}}",
    "{'type':'object','additionalProperties':{'type':'integer','minimum':0}}",
    "{'type':'object','required':['only','known','here']}",
    "{'type':'object','properties':{'\\u0022\\\\\\n\\u00e9':{'const':1},'':{'const':2}}}",
    "{'required':['a'],'properties':{'a':{'type':'integer'}}}", /* any type; objects need a */
    "{'type':'object','properties':{'a':{'allOf':[{'const':1},{'const':2}]},'b':{'const':1}}}",
    /* references, recursion */
    "{'$ref':'#/$defs/t','$defs':{'t':{'type':'object','required':['v'],'properties':{'v':{'type':"
    "'integer'},'kids':{'type':'array','maxItems':2,'items':{'$ref':'#/$defs/t'}}}}}}",
    "{'$ref':'#/$defs/n','$defs':{'n':{'type':'object','required':['next'],'properties':{'next':{"
    "'anyOf':[{'type':'null'},{'$ref':'#/$defs/n'}]}}}}}",
    "{'type':'array','items':{'$ref':'#/$defs/"
    "e'},'$defs':{'e':{'anyOf':[{'type':'boolean'},{'type':"
    "'array','items':{'$ref':'#/$defs/e'},'maxItems':3}]}}}",
    "{'$ref':'#/$defs/a','maximum':5,'$defs':{'a':{'type':'integer','minimum':3}}}",
    /* anyOf, oneOf, allOf */
    "{'anyOf':[{'type':'string','maxLength':2},{'type':'integer'},{'type':'array','maxItems':1}]}",
    "{'anyOf':[{'minimum':3},{'maximum':-3}],'type':'integer'}",
    "{'anyOf':[{'type':'integer'},{'type':'number','minimum':0}],'maximum':7}",
    "{'oneOf':[{'type':'string'},{'type':'integer'},{'type':'null'}]}",
    "{'oneOf':[{'type':'integer','maximum':4},{'type':'integer','minimum':5}]}",
    "{'oneOf':[{'type':'object','required':['k'],'properties':{'k':{'const':'a'},'x':{'type':"
    "'integer'}}},{'type':'object','required':['k'],'properties':{'k':{'const':'b'},'y':{'type':"
    "'boolean'}}}]}",
    "{'oneOf':[{'type':'object','required':['a'],'properties':{'a':{'type':'integer'}}},{'type':"
    "'object','required':['b'],'properties':{'b':{'type':'integer'}}}]}",
    "{'oneOf':[{'enum':['a','b']},{'enum':['c',1]},{'type':'string','minLength':2}]}",
    "{'type':'string','oneOf':[{'maxLength':2},{'minLength':3}]}",
    "{'oneOf':[{'type':'array','maxItems':1,'items':{'const':0}},{'type':'array','minItems':2,"
    "'items':{'const':0}}]}",
    "{'allOf':[{'type':'object','required':['a'],'properties':{'a':{'type':'integer'}}},{'required'"
    ":"
    "['b'],'properties':{'b':{'type':'string','maxLength':2},'a':{'maximum':3}}}]}",
    "{'allOf':[{'minimum':1},{'maximum':9},{'type':'integer'}]}",
    "{'allOf':[{'anyOf':[{'type':'string','maxLength':3},{'type':'integer'}]},{'anyOf':[{'type':"
    "'integer'},{'type':'null'}]}]}",
    "{'allOf':[{'type':'object','properties':{'a':{}},'additionalProperties':false},{'properties':{"
    "'a':{'type':'integer'},'b':{'type':'integer'}}}]}",
    "{'type':'array','items':{'minLength':1},'allOf':[{'items':{'type':'string','maxLength':2}}]}",
};
enum { N_SCHEMA_CASES = sizeof schema_cases / sizeof schema_cases[0] };

static const char *const tool_schemas[] = {
    KG_RESOLVE_ARGS,   KG_ID_ARGS,       KG_NEIGHBORS_ARGS, KG_PATHS_ARGS,     CAUSAL_DSEP_ARGS,
    CAUSAL_CHECK_ARGS, CAUSAL_SETS_ARGS, KG_RESOLVE_DATA,   KG_NODE_DATA,      KG_EDGE_DATA,
    KG_NEIGHBORS_DATA, KG_PATHS_DATA,    CAUSAL_DSEP_DATA,  CAUSAL_CHECK_DATA, CAUSAL_SETS_DATA,
};
enum { N_TOOL_SCHEMAS = sizeof tool_schemas / sizeof tool_schemas[0] };

#endif
