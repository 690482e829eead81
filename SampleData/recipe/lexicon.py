"""Words. Every name is put together from syllables, so that it is invented and looks it."""

from __future__ import annotations

import random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.strip().split("|"))


# Names are a beginning and an end. Some 2,000 first names and 4,000 surnames come out of these.
FIRST_START = _words(
    "Al An Ar Bel Bri Cal Cor Dal Dor El Em Fen Fi Gal Ha Il Jo Ka Ker Lo Lu Ma Mer Mi Na Nor"
    " O Or Pa Per Qui Ra Ro Sa Sel Ta Tam Ti U Va Ve Wil Xa Ya Ze"
)
FIRST_END = _words(
    "bette bin bris cas da dan dis dra gan gor lan len lia lin lla lo mar men mira mo nal ndra ne"
    " nia no ra ren ric rin rys sa sha son ssa stan tha thea tin vel ven via vik wen"
)
LAST_START = _words(
    "Ald Ash Bar Bex Black Bram Bren Cald Car Chel Cope Crad Dar Dun East Ell Fair Fen Gar Glen"
    " Had Hal Hol Ing Ked Kirk Lang Lin Lod Mar Mel Mos Nor Oak Or Pel Pen Quill Rad Red Ros"
    " Sar Sel Stan Sten Thorn Tor Ul Ver Wal Wex Wil Win Wol Yar"
)
LAST_END = _words(
    "acre ander aris bell berg borne bury by cliffe combe cott croft dale den der dine dorn ell"
    " enby ering erton ett field ford garth gate ham hurst ick ing kin ley low man mere mond more"
    " ner nock or over ridge row sall scombe sen shaw sky stone ton vale vin wick win worth"
)
TOWN_START = _words(
    "Amber Ash Barrow Birch Bramble Brook Calder Cedar Clear Cold Copper Crag Deep Drift Elm"
    " Ember Fallow Fern Fox Frost Glim Gold Grey Hazel Heron High Iron Kestrel Lark Little Low"
    " Maple Marl Mill Mist Nether Oak Old Orchard Pine Quarry Raven Red Ridge Rose Salt Shale"
    " Silver Stone Swan Thistle Tide Vine Wester Willow Winter Wolf Wren"
)
TOWN_END = _words(
    "bank beck bourne bridge brook by cliff combe cross dale fall fell field ford gate ham haven"
    " head holm hurst lea mark marsh mead mere mont moor port reach ridge stead ton wall water"
    " well wick wold wood worth"
)
FIRM_START = _words(
    "Alder Altu Amba Arden Aster Auro Basal Blue Bora Bright Calde Caly Cinda Coba Cora Crest"
    " Delpha Drift Ebo Embe Equi Fatho Fjor Garla Glimmo Granu Halcy Helio Ibi Indi Iron Jada"
    " Juno Kelpa Latti Lume Lyra Magno Meri Mira Nimbo North Obsi Ony Opa Osto Pali Para Pinna"
    " Plove Quarto Rowa Sabo Saphi Sequa Solsti Stern Tamari Topa Umbra Vanta Verda Vespa Wayfa"
    " Xeno Yarro Zephy"
)
FIRM_END = _words(
    "ca dyne ex gen ia ique lo lux mar matic na nova on ora ra rix sol ta tis vance vo"
)
TRADE = _words(
    "Analytics Bakery Biologics Books Ceramics Components Couriers Dental Dynamics Electric"
    " Energy Farms Foods Freight Glassworks Health Holdings Hydraulics Imaging Insurance Labs"
    " Legal Logistics Marine Materials Media Mobility Motors Networks Optics Packaging Partners"
    " Pharmacy Press Printing Rail Robotics Roofing Security Shipping Software Solar Staffing"
    " Studios Systems Telecom Textiles Timber Tools Travel Water"
)
PRODUCT_START = _words(
    "Aqua Atlas Beam Bright Care Cedar Clip Cloud Data Dock Echo Edge Field Fleet Flow Form Gate"
    " Grid Hive Ink Job Key Lab Ledger Lift Loom Map Mesh Mint Net Note Order Packet Page Path"
    " Pixel Plan Point Pulse Quick Rack Relay River Route Scan Sheet Shift Signal Site Snap Sort"
    " Stack Store Swift Tally Task Time Track Trade Vault View Voice Ware Wave Yard Zone"
)
PRODUCT_END = _words(
    "barn bell board book cart deck den desk flow forge garden gate grid guide harbor lens link"
    " loom mast mill nest note one pay pilot post press rack root run shelf smith span sync tap"
    " tool trace trail vault view ward watch well wise"
)
DRUG_START = _words(
    "Abro Amel Bela Beno Calo Cede Cori Dalu Delo Doru Elva Emo Fale Fenu Galo Geli Halu Hexo"
    " Ilma Jalo Kelu Koro Lamo Leno Malu Mero Miru Nalo Nevo Orlu Palo Pero Quelo Ralu Reso Salo"
    " Seno Taru Tero Ulmo Valo Veno Xalo Yelu Zalo Zoru"
)
DRUG_END = _words(
    "bine cillar cort dane dipar dryl fen flaxin gram lactin lax lode mab micin mide nal norm olol"
    " pamil pine pram pril quin restat ride sartan statin tadine tec tine tropan vane vir zepam"
    " zole"
)

STREET = _words(
    "Acacia Anchor Archway Bakery Barley Beacon Bellflower Bramble Canal Chapel Cherry Clover"
    " Cooper Dock Dragonfly Elder Falcon Ferry Flint Foundry Garnet Granary Heron Hickory Ivy"
    " Juniper Lantern Linden Lock Magpie Marigold Mill Mulberry Nettle Otter Peacock Plum Priory"
    " Quarry Saddler Saffron Sparrow Sycamore Thistle Tower Walnut Weaver Windmill Wren Yarrow"
)
COLOR = _words(
    "amber azure beige black blue bronze brown copper coral crimson cyan emerald gold green grey"
    " indigo ivory jade lilac lime magenta maroon navy ochre olive orange pink plum purple red"
    " rose ruby rust scarlet silver tan teal violet white yellow"
)
ANIMAL = _words(
    "badger beaver bison bittern camel caribou cheetah crane curlew dolphin donkey eagle egret"
    " falcon ferret finch fox gazelle gecko goose grouse hare hawk heron hornet ibex iguana jackal"
    " jaguar kestrel lemur leopard linnet lizard llama lobster lynx magpie marten mole moose"
    " narwhal newt ocelot octopus orca osprey otter owl panther pelican penguin pigeon plover"
    " puffin quail rabbit raven robin salmon seal shrew skylark squid starling stoat stork swan"
    " tapir tern thrush tiger toad turtle viper vole walrus weasel wolf wombat wren yak zebra"
)
THING = _words(
    "anchor anvil apron balloon barrel basket beacon bell bench blanket bottle bridge bucket button"
    " cabinet candle canvas carpet chisel clock compass cushion drum easel engine feather fiddle"
    " funnel glove goblet hammer harness helmet hinge kettle ladder lantern lever locket magnet"
    " mallet marble mirror mitten needle oar paddle pebble pencil pillow pulley quilt ribbon rudder"
    " saddle satchel scarf shovel spindle spoon teapot thimble ticket trumpet tunnel umbrella vase"
    " violin wagon whistle window"
)
DEVICE = _phrases(
    "badge gate|barcode scanner|card reader|ceiling speaker|conveyor sensor|desk phone|door"
    " intercom|freezer alarm|heat pump|infusion pump|label printer|laser cutter|loading"
    " scale|meeting screen|network switch|office router|parcel locker|parking barrier|payment"
    " terminal|projector|signature pad|smart lock|soil probe|storage array|tablet dock|thermal"
    " camera|ticket kiosk|time clock|ultrasound cart|water meter|weather mast|wireless headset"
)
PLACE = _phrases(
    "the annex|the back office|the basement|the canteen|the cold store|the corridor|the foyer"
    "|the garage|the goods lift|the lab|the loading bay|the lower yard|the mail room|the night desk"
    "|the north wing|the plant room|the print shop|the reading room|the roof|the server room"
    "|the shop floor|the south gate|the stairwell|the store room|the training room|the upper ward"
)
JOB = _phrases(
    "account manager|archivist|auditor|bookkeeper|buyer|caseworker|chemist|claims adjuster"
    "|crane operator|depot lead|dispatcher|drafter|editor|electrician|estimator|events planner"
    "|field engineer|fleet planner|fundraiser|interpreter|lab technician|lecturer|librarian"
    "|maintenance fitter|midwife|night porter|office manager|paralegal|payroll officer|pharmacist"
    "|physiotherapist|production planner|quality inspector|records officer|recruiter|scheduler"
    "|shift lead|site manager|statistician|storekeeper|surveyor|trainer|translator|treasurer|welder"
)
TEAM = _phrases(
    "Accounts|Alumni|Applied Research|Asset Care|Billing|Branch Support|Building Services|Catering"
    "|Claims|Clinical Audit|Cold Storage|Contracts|Customer Care|Data Platform|Depot East|Depot"
    " West|Document Control|Estates|Events|Export Desk|Field Service|Finance|Fleet|Front"
    " Desk|Grants|Identity|Imaging|Inbound|Infrastructure|Inventory|Legal|Loyalty|Maintenance"
    "|Marketing|Night Shift|Outbound|Outpatients|Payroll|People|Pharmacy|Planning|Procurement"
    "|Quality|Records|Release|Returns|Risk|Safety|Sales North|Sales South|Security|Supplier Desk"
    "|Tax|Training|Transport|Treasury|Web Shop|Workshop"
)
SYMPTOM = _phrases(
    "a dull ache behind the left knee|tingling in both hands|a dry cough at night|morning stiffness"
    "|pain on climbing stairs|dizziness after standing|a sore shoulder|ringing in the right ear"
    "|blurred vision when reading|burning after meals|swollen ankles by evening|poor sleep"
    "|a pounding headache|an itchy rash on the forearm|cramps in the calf|a stiff neck since a fall"
    "|loss of appetite|hoarseness after teaching|numbness in two toes|heartburn after coffee"
    "|a lump near the wrist|cold fingers|lower back pain after lifting|watery eyes in spring"
    "|a tender heel|pain when chewing|fatigue after lunch|a blocked nose at night|a clicking jaw"
    "|nausea on long journeys|a slow-healing blister|night sweats|trembling hands|a locked finger"
    "|sensitivity to bright light|memory lapses at work|skipped heartbeats|unsteady walking"
)
CONDITION = _phrases(
    "mild asthma|type 2 diabetes|high blood pressure|seasonal allergies|an underactive thyroid"
    "|iron deficiency|a repaired hernia|chronic sinusitis|hip arthritis|migraine with aura"
    "|an old wrist fracture|gout|borderline cholesterol|eczema|sleep apnoea|a heart murmur|reflux"
    "|sciatica|vertigo|a healed ankle sprain|a frozen shoulder|kidney stones|low vitamin D"
    "|carpal tunnel syndrome|psoriasis|tennis elbow|restless legs|glaucoma|a peanut allergy"
)
TEST = _phrases(
    "blood count|chest film|knee ultrasound|lung function test|thyroid panel|urine culture"
    "|hearing test|stress echo|liver panel|bone density scan|nerve conduction study|allergy panel"
    "|glucose tolerance test|ferritin level|shoulder scan|kidney panel|sleep study|eye pressure"
    " check"
)
CAUSE = _phrases(
    "a worn seal|a swapped cable|a full disk|an expired certificate|a loose contact|old firmware"
    "|a wrong time zone|a doubled booking|a missing permission|a mistyped code|condensation"
    "|a cracked bracket|an empty cartridge|a blocked filter|a stale cache|a tripped breaker"
    "|a lost label|a misread meter|two clocks that disagreed|a reused password|a frozen pipe"
)
EFFECT = _phrases(
    "nothing was saved|the list came up empty|orders were sent twice|the gate stayed open"
    "|every label printed blank|the totals were off by {n2}|half the calls were dropped"
    "|the screen froze at {n2} percent|the alarm rang until {time}|receipts showed {money}"
    "|{first} was locked out|search found nothing|the {color} light never went out"
    "|stock went negative|the backup ran for {n2} hours|names were cut off after {n1} letters"
)
FIX = _phrases(
    "replaced the {thing}|restarted it {n1} times|rolled back to {version}|swapped the cable"
    "|cleared the queue|reset the {color} switch|called {firm}|moved it to {place}"
    "|restored the copy of {day}|turned off {product}|asked {first} for the spare {thing}"
    "|patched it by hand|tightened the bracket|renewed the certificate|counted everything again"
)
TOPIC = _phrases(
    "the {month} rota|the {team} budget|the lease in {town}|parking at {street} Street"
    "|the visit of {firm}|the {product} rollout|the {color} folder|travel claims|the exit interview"
    "|the pay review|the trial of the {device}|{first}'s handover|the audit of {team}|summer leave"
    "|the move to {town}|the complaint about {place}"
)
HOBBY = _phrases(
    "keeps {n2} {animal}s|plays the {thing} on {weekday}s|swims in {town}|collects {color} {thing}s"
    "|repairs old {thing}s|sings in a choir in {town}|grows {color} tomatoes|walks {n2}"
    " kilometres a day|paints {animal}s|bakes for {firm}|studies maps of {town}|sails with {first}"
)
FEELING = _words(
    "anxious calm cheerful confused grateful hopeful impatient puzzled sorry tired upset weary"
)
WEEKDAY = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTH = _words(
    "January February March April May June July August September October November December"
)
SETTING = _words(
    "archive_after backoff_ms batch_rows cache_mb drain_wait flush_every grace_days hold_limit"
    " idle_close keep_days lease_sec log_level max_jobs min_free page_size poll_sec port quota_gb"
    " rate_cap retry_max scan_depth shard_count sync_hour timeout_ms trim_at warm_start window_sec"
)


def name(rng: random.Random, starts: tuple[str, ...], ends: tuple[str, ...]) -> str:
    """A name put together from a beginning and an end."""
    return rng.choice(starts) + rng.choice(ends)
