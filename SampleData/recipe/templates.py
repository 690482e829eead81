"""What the six families of records say: headers, sentences with details, and boilerplate.

Slots in capitals are fixed within a record (`{A}` is whom it is about, `{B}` who wrote it); the
others are drawn each time. Boilerplate is filled once by each organisation and then repeated word
for word in its records, so that some records are nearly all boilerplate and hard to tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """One kind of record."""

    headers: tuple[str, ...]
    details: tuple[str, ...]
    boilerplate: tuple[str, ...]
    # Between the header and the sentences, and between two sentences.
    after_header: str = "\n"
    between: str = " "


TICKET = Family(
    headers=(
        "Ticket {id} | {A} <{M}> | {P}",
        "[Call|Mail|Chat] from {A}, {F}, about the {device}. Ref {id}.",
        "Case {id}, opened {date} by {B} for {A} ({T})",
        "To: {P} desk\nFrom: {A}, {M}\nRef: {id}",
    ),
    details=(
        "The {device} in {place} [stopped|went dark|began to beep|lost its settings] [on"
        " {day}|at {time}].",
        "{effect}, [always|only|mostly] when {first} opens {product}.",
        "[Serial|Asset tag|Licence] {code}-{hex}, [bought|leased] from {firm} on {date}.",
        "Order {number} for {n2} {color} {thing}s was [billed as {money}|sent to {street}"
        " Street|lost near {town}].",
        "{B} {fix}, [but|and still|after which] {effect}.",
        "[We suspect|It looks like|{first} blames] {cause}.",
        "[Please call|Call back on] {phone} [before {time}|and ask for {person}].",
        "The {color} [light|icon|switch] [blinks {n1} times|shows {code}|stays off].",
        "Credit of {money} goes to {person}, {n2} {street} Road, {T}.",
        "[Since|Until] version {version} [all was well|it never happened|{first} had no trouble].",
        "{a} is {feeling}: {n2} [customers|drivers|patients] are waiting in {town}.",
        "[Same fault|Seen before] at {firm} in {month}; there {first} {fix}.",
        "A {thing} was [wedged|left|found] behind the {device}.",
        "Door code for the visit: demo-{n4}-{animal}.",
    ),
    boilerplate=(
        "Thank you for contacting {product} support, [open|staffed] {weekday} to {weekday} from"
        " {hour}.",
        "Please keep this number in every reply so that {team} can find your case.",
        "Do you want to rate this answer? [One minute|Three questions] and you are done.",
        "Our engineers will never ask for your password, whatever the {thing} says.",
        "This case closes by itself after {n1} days without a reply.",
        "Calls are recorded for training and kept for {n2} days in {town}.",
        "For urgent matters after {hour} ring {phone} and press {n1}.",
        "Spare parts are shipped from {town} every {weekday}.",
    ),
)

CLINICAL = Family(
    headers=(
        "{A}, born {born}. Record {id}. Seen {date}.",
        "Clinic letter, {T}, {date}\nRe: {A}, {n2} {street} Lane ({id})",
        "Triage {time} | {A}, aged {n2} | phone {phone}",
        "Ward {n1}, {team} | {A} | {id}",
    ),
    details=(
        "[Reports|Complains of|Came with] {symptom} [since {day}|for {n1} weeks|after a trip to"
        " {town}].",
        "[Known|History of] {condition}[ and {condition}|; mother had {condition}|].",
        "Takes {drug} {dose} [at night|twice a day|on {weekday}s][ and {drug} {dose}|].",
        "[Stop|Reduce|Start] {D} [at {dose}|until the {test}|because of {symptom}].",
        "Blood pressure {pressure}, pulse {n2}, weight {n2}.{n1} kg.",
        "{test} of {date}: [normal|value {n2}.{n1}|unreadable|repeated by {first}].",
        "[Ordered|Booked] {test} at {firm} for {day}.",
        "Bad reaction to {drug} in {month}: [rash|swelling|drowsiness].",
        "[Partner|Daughter|Neighbour|Brother] {person}, {phone}, [drove|will fetch the"
        " tablets|keeps the spare key].",
        "{a} {hobby} and works as {job} at {firm}.",
        "[Likely|Possibly|Not] {condition}; [see again in|call in] {n1} weeks.",
        "Insured with {firm}, policy {code}-{n4}, [approved|pending] {date}.",
        "{a} is {feeling} about {symptom}.",
        "Dr {last} [agrees|disagrees] and prefers {drug} {dose}.",
    ),
    boilerplate=(
        "Allergies were checked and the list was read back to the patient.",
        "If symptoms get worse call the {team} line on {phone} at any hour.",
        "The patient was given leaflet {n1} and had time for questions.",
        "Consent for sharing this note with {firm} is on file.",
        "Review by the named doctor within {n1} working days.",
        "Dictated, not read; corrections to the office in {town} please.",
        "Hand hygiene and identity checks were done as in policy {n2}.",
        "No change to lifestyle advice: walk daily, drink water, sleep well.",
    ),
)

HR = Family(
    headers=(
        "From: {B} ({team})\nTo: {A}\nSubject: {topic}",
        "Confidential {id}: {A}, {job}, {date}",
        "Note to file {id} | {A} | {team}",
        "Minutes, {date}, {time}: {A} with {B}",
    ),
    details=(
        "{A} asks for {n1} days off for {topic}.",
        "Salary [rises|falls|moves] from {money} to {money} as of {date}.",
        "{first} [and|or] {person} will cover {weekday}s in {place}.",
        "[Complaint|Praise] by {person}, {job}: {effect}.",
        "Home address is now {n2} {street} Street, {town}; phone {phone}.",
        "Bank reference demo-{hex}; first payment {date}.",
        "{a} {hobby} and would rather work from {town}.",
        "[Review score|Band] {n1} of 9; [last year|in {month}] it was {n1}.",
        "{B} was {feeling} that {first} told {firm} about {topic}.",
        "[Warned|Thanked] on {day} because {effect}.",
        "Training with {firm}, {n1} days, {money}, [refused|granted].",
        "Badge {code} and the {color} {thing} [were returned|are missing].",
        "Before this {a} was {job} at {firm} in {town}.",
        "[Sick|Away] since {day} with {condition}.",
    ),
    boilerplate=(
        "This message is meant for its recipient alone and must not be passed on.",
        "Questions go to {team} in {place}, never to your line manager.",
        "The house rules of {month} apply, in particular section {n1} on {topic}.",
        "Please sign and return one copy within {n1} days.",
        "An interpreter or a person of trust may join any meeting.",
        "Your data are kept for {n1} years after you leave and then deleted.",
        "We wish you all the best and look forward to working together.",
        "No promise made by word of mouth is binding.",
    ),
)

INCIDENT = Family(
    headers=(
        "Incident {id}, {P}, {date} {time}, reported by {B}",
        "[Near miss|Outage|Accident] {id} | {place} | {A}",
        "Post-mortem {id}: {effect}",
        "Log of the duty officer, {T}, {date} ({id})",
    ),
    details=(
        "{time} {first} saw that {effect}.",
        "{time} {first} {fix}.",
        "{time} {person} of {firm} [arrived|was called|hung up].",
        "Cause: {cause}[ and {cause}|, found by {first}|].",
        "{n2} [orders|calls|samples|pallets] worth {money} were lost.",
        "Host {host} at {address} [answered|was down|looped] for {n2} minutes.",
        "Key {hex}{hex} was [revoked|found in {place}|sent to {mail}].",
        "{A} {fix} but was {feeling} about {topic}.",
        "The {device} had been {color} since {day}.",
        "Build {version} of {product} was [shipped|withdrawn] by {team}.",
        "[Nobody|Only {first}] was hurt; the {thing} must be replaced for {money}.",
        "[Follow-up|Action] {n1}: {person} by {date}, {topic}.",
        "{firm} was told at {time} under {code}.",
        "A {animal} [got into|was seen in] {place}.",
    ),
    boilerplate=(
        "Severity was set by the table on page {n1} of the duty handbook.",
        "This report blames no one; it asks what made the mistake easy.",
        "All times are local to {town} and taken from the main log.",
        "A copy goes to {team} and is kept for {n2} months.",
        "The checklist was followed from step {n1} to the end.",
        "Customers were informed through the usual page.",
        "The next drill takes place on the first {weekday} of the month.",
        "Open actions are reviewed every {weekday} at {hour}.",
    ),
)

CHAT = Family(
    headers=(
        "#{P} {date}",
        "Chat {id}: {A}, {B}",
        "[{A}|{B}] invited {person} to the room of {team}",
        "{time} topic set to {topic}",
    ),
    details=(
        "{a}: {effect}, [again|since {time}|at {firm}]",
        "{b}: {fix}, [better now?|no idea why|ask {first}]",
        "{a}: {cause}[, I bet|, says {first}|]",
        "{b}: my [number|new number] is {phone}",
        "{a}: [lunch|meet] at {time} in {place}?",
        "{b}: {person} wants {money} for the {color} {thing}",
        "{a}: the code is demo-{n4}-{thing}, [don't share|same as for {product}]",
        "{b}: {first} {hobby}, did you know",
        "{a}: sent it to {mail} on {day}",
        "{b}: {feeling}. {firm} [said no|signed|wants {n2} more]",
        "{a}: who moved {topic} to {weekday}?",
        "{b}: {id} is yours, I took {id}",
        "{a}: {street} Street {n2}, {town}, second bell",
        "{b}: there is a {animal} in {place}",
    ),
    boilerplate=(
        "bot: reminder, stand-up at {hour} in {place}",
        "bot: this room is archived after {n1} days",
        "{a}: good morning all",
        "{b}: thanks, have a nice evening",
        "bot: {team} is on call until {weekday}",
        "{a}: ok, will do",
        "{b}: one moment please",
        "bot: please use threads",
    ),
    between="\n",
)

CONFIG = Family(
    headers=(
        "# {P} {version}, changed {date} by {B}",
        "profile {id}\nowner = {A}",
        "## {host} ({T}), {team}",
        "-- settings of {F}, ref {id} --",
    ),
    details=(
        "{setting} = {n3}",
        "{setting} = {n2}  # {first}, {date}",
        "host = {host}",
        "address = {address}",
        "contact = {mail}",
        "secret = demo-{hex}{hex}",
        "token = demo-{animal}-{n4}",
        "path = /srv/{animal}/{thing}{n2}",
        "window = {time}-{time}",
        "# {cause}: {first} {fix}",
        "label = {color}-{thing}-{n2}",
        "pager = {phone}",
        "budget = {money}",
        "[backup|mirror] = {host} at {time} on {weekday}",
    ),
    boilerplate=(
        "# do not edit by hand, written by the installer",
        "strict = true",
        "encoding = utf-8",
        "{setting} = {n2}",
        "include = /etc/{animal}/defaults",
        "# see the handbook, chapter {n1}",
        "rotate = weekly",
        "region = {town}",
    ),
    between="\n",
)

FAMILIES = {
    "ticket": TICKET,
    "clinical": CLINICAL,
    "hr": HR,
    "incident": INCIDENT,
    "chat": CHAT,
    "config": CONFIG,
}
