/// What each picture of `PictureTests` shows, line by line; read it as you would a screen.
enum Pictures {
  static let expected: [String: String] = [
    "empty": #"""

                  No sequences match

        The filter family:lora leaves none of
             4,000 sequences in this run.

                Esc  clears the filter
                /    changes it

    """#,
    "empty, ASCII": #"""

                  No sequences match

        The filter family:lora leaves none of
             4,000 sequences in this run.

                Esc  clears the filter
                /    changes it

    """#,
    "help": #"""
    ┏━ Keys ━━━━━━━━━━━━━━━━━━━━━━ Esc closes ━┓
    ┃ / type to filter                         ┃
    ┃ Everywhere                               ┃
    ┃ 1-7  screens                             ┃
    ┃ ?    help                                ┃
    ┃ q    back, quit at top                   ┃
    ┃                                          ┃
    ┃ Tokens                                   ┃
    ┃ ] [  next, previous error zone           ┃
    ┃ a    all tokens or the zone              ┃
    ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛

    """#,
    "help filtered and short": #"""
    ┏━ Keys ━━━━━━━━━━━━━━━━━━ Esc closes ━┓
    ┃ /zone                         2 keys ┃
    ┃ Tokens                               ┃
    ┃ ] [  next, previous error zone       ┃
    ┃ a    all tokens or the zone          ┃
    ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
    """#,
    "help filtered and short, ASCII": #"""
    += Keys ================== Esc closes =+
    | /zone                         2 keys |
    | Tokens                               |
    | ] [  next, previous error zone       |
    | a    all tokens or the zone          |
    +======================================+
    """#,
    "help, ASCII": #"""
    += Keys ====================== Esc closes =+
    | / type to filter                         |
    | Everywhere                               |
    | 1-7  screens                             |
    | ?    help                                |
    | q    back, quit at top                   |
    |                                          |
    | Tokens                                   |
    | ] [  next, previous error zone           |
    | a    all tokens or the zone              |
    +==========================================+

    """#,
    "histogram": #"""
    ▲ members 2,000   ▼ non-members 2,000           t = 1.35
     18%                                ┃
                              ▅▅▅▇▇▇███▄┃▄▃▃▃
                        ▃▃▃▆▆▆██████████┃████▇▇▇▁▁▁
            ▁▁▁▁▁▁▃▃▃▆▆▆████████████████┃██████████▄▄▄▃▃▃▁▁▁
         ───────────────────────────────┃───────────────────
         ▔▔▔▀▀▀████████████████████████▀┃▀▔▔▔
               ▔▔▔██████████████████▔▔▔ ┃
                     ████████████▀▀▀    ┃
     18%                ██████▔▔▔       ┃
         ≤ -1           0           1           2          3
    """#,
    "histogram empty": #"""

         no scores

    """#,
    "histogram empty, ASCII": #"""

         no scores

    """#,
    "histogram overlaid": #"""
    █ 2.0k  ▒ 2.0k              t = 1.35
     18%      ▒▒   ┃
             ▒▒▒▒ █┃
             ▒▒▒▓▓█┃█
            ▒▒▒▓▓▓█┃██
           ▒▒▒▓▓▓▓▓┃███
         ▒▓▓▓▓▓▓▓▓▓┃▓█████
         ≤    0       2
    """#,
    "histogram overlaid, ASCII": #"""
    # 2.0k  : 2.0k              t = 1.35
     18%      ::   |
             :::: #|
             :::%%#|#
            :::%%%#|##
           :::%%%%%|###
         :%%%%%%%%%|%#####
         <    0       2
    """#,
    "histogram sideways": #"""
    ▶ 2.0k  ◀ 2.0k
                   │▊
                   │▉
        2          │██
                  ▐│███████▌
     1.35 ╌╌╌╌╌╌╌╌█│████▎╌╌╌╌╌
                 ██│█████▍
          █████████│█████████▊
            ▐██████│███
        0    ██████│██▍
           ████████│██▏
                 ▐█│▎
                  ▐│▏
        ≤         ▐│
    """#,
    "histogram sideways, ASCII": #"""
    > 2.0k  < 2.0k
                   |.
                   |.
        2          |##
                  .|#######.
     1.35 ========o|####.=====
                 oo|#####.
          ooooooooo|#########.
            .oooooo|###
        0    oooooo|##.
           oooooooo|##.
                 .o|.
                  .|.
        <         .|
    """#,
    "histogram, ASCII": #"""
    ^ members 2,000   v non-members 2,000           t = 1.35
     18%                                |
                              ......###.|....
                        ......##########|####......
            ............################|##########.........
         -------------------------------|-------------------
         ''''''oooooooooooooooooooooooo'|''''
               '''oooooooooooooooooo''' |
                     oooooooooooo'''    |
     18%                '''ooo'''       |
         < -1           0           1           2          3
    """#,
    "key value": #"""
    Token 17
    p target       0.123 up
    target wanted  the quick brown fox
                   jumped over

    share of the sum of all positive
    shifts

    """#,
    "key value, ASCII": #"""
    Token 17
    p target       0.123 up
    target wanted  the quick brown fox
                   jumped over

    share of the sum of all positive
    shifts

    """#,
    "palette": #"""
    ┏━ Commands ━━━━━━━━━━━━━━━━━━━━━ Enter chooses ━┓
    ┃ : type a command                           3/3 ┃
    ┃ next zone         to the next error …        ] ┃
    ┃▌quit              leaves the program         q ┃
    ┃ zoom              one pane fills the…        z ┃
    ┃                                                ┃
    ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
    """#,
    "palette, ASCII": #"""
    += Commands ===================== Enter chooses =+
    | : type a command                           3/3 |
    | next zone         to the next error ~        ] |
    |>quit              leaves the program         q |
    | zoom              one pane fills the~        z |
    |                                                |
    +================================================+
    """#,
    "panes": #"""
    ┏━ Tokens ━━━━━━━┓│╭─ Inspector ─────────────╮
    ┃                ┃││                         │
    ┃                ┃││                         │
    ┗━━━━━━━━━━━━━━━━┛│╰─────────────────────────╯
    """#,
    "panes, ASCII": #"""
    += Tokens =======+|+- Inspector -------------+
    |                |||                         |
    |                |||                         |
    +================+|+-------------------------+
    """#,
    "roc": #"""
    true positive rate
    1.0┤           ·          ·         ·          ⣀⣀⣀⡤⠤⠤⠴⠒⠒A⠋⠉
       │                               ⢀⣀⣀⡤⠤⠤⠖⠒⠚A⠉⠉B⠴⠒⠚⠉⠁⠈
    0.8┤           ·          ⣀⣀⡤⠤⠴⠒A⠉⠉⠉  ⣀⣀⡤⠴⠒⠚⠉⠁⡀⠐ ⠁        ·
       │              ⢀⣀A⠤⠖⠚⠉⠉⠁    ⢀⣀⡤⠴B⠚⠉⠁  ⢀ ⠂⠈
    0.6┤         ⣀⡤⠴⠒⠋⠉      ⣀⣠⠤⠖⠚⠉⠉    ·⡀⠐ ⠁      ·          ·
       │     ⣠⠴⠚⠉⠁     ⣀⣠⠤⠖B⠉⠁      ⠠ ⠂⠈
       │  ⢀⡴A⠁    ⣀⡤⠴⠒⠋⠁        ⠄⠐ ⠁
    0.4┤ ⣰⠋  ⢀⣠B⠚⠉⠁·      ⡀⠠ ⠂⠈         ·          ·          ·
       │⢰⠃⣀⡴⠚⠉       ⢀ ⠄⠐
    0.2┤⡏⡞⠁      ⡀⠠·⠂         ·          A ━━ error zone  0.90
       │⡇   ⢀ ⠄⠐                         B ━━ min-k       0.50
    0.0┤⡇⠠ ⠁
       └┬──────────┬──────────┬─────────┬──────────┬──────────┬
       0.0        0.2        0.4       0.6        0.8        1.0
                         false positive rate
    """#,
    "roc log": #"""
    true positive rate
    1.0┤╱   ╱   ╱         ·                 ·               ⢀⡴⠚
       │    no ╱                                          ⣀⡴A⠏
    0.8┤ evidence ╱       ·                 ·          ⢀⡤⠞⠁⡴⠋ ·
       │ ╱   ╱   ╱                                  ⣀⡴⠚⠉ ⣠⠞⠁
    0.6┤╱   ╱   ╱         ·                 ·   ⣀⡤⠖⠋⠁  ⣠⠞⠁ ⠂  ·
       │   ╱   ╱                           ⢀⣀⡤⠖⠋A   ⢀⡴⠚⠁ ⠠
       │┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⣀◆⠤⠖⠋⠉     ⣀⡤B⠉   ⠄
    0.4┤ ╱   ╱   ╱        ·    ⣀⣀⡤⠴⠒A⠉⠁┊  FPR 5.0%    ⠠       ·
       │╱   ╱   ╱    ⢀⣀⣀A⠤⠴⠒⠚⠉⠉⠁     ⢀⣀B⠤ TPR 45.1%  ⠂
    0.2┤⣀⣀⣀⣀A⠤⠤⠴⠒⠒⠒⠋⠉⠉   ⢀⣀B⣀⡤⠤⠤⠴⠒⠒⠋⠉⠉ ┊ A ━━ error zone  0.90
       │◂⣀⣠⠤⠤⠤⠤B⠴⠒⠒⠒⠒⠚⠉⠉⠉⠉             ┊ B ━━ min-k       0.50
    0.0┤⡇⢀ ⡀⢀╱⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⠠ ⠄⠠ ⠄⠠ ⠄⠐ ⠂┊ ⠁
       └┬─────────────────┬─────────────────┬─────────────────┬
      10⁻³              10⁻²              10⁻¹                1
                         false positive rate
    """#,
    "roc log, ASCII": #"""
    true positive rate
    1.0+/   /   /         .                 .               ./-
       |    no /                                         :_/A+
    0.8+ evidence /       .                 .         :.-/'/- .
       | /   /   /                                 :_/--:_/'
    0.6+/   /   /         .                 .  :_---'  _/' .  .
       |   /   /                          :._---A:  ./-' .
       |------------------------------_O----:    _-B-   .
    0.4+ /   /   /        .  ::__---A-':  FPR 5.0%    .       .
       |/   /   /  ::.__A------':    ._B- TPR 45.1%  .
    0.2+____A---------:::._B_--------- : A == error zone  0.90
       |<__----B----------             : B == min-k       0.50
    0.0+|. ../.. .. .. .. .. .. .. .. .: '
       ++-----------------+-----------------+-----------------+
      1e-3              1e-2              1e-1                1
                         false positive rate
    """#,
    "roc small": #"""
         ⣀⣠⠤⠴⠒⠚⠉
     ⣠⠴⠚⠉⠁⠚⠉
    ⡼⠁⠚⠁⠐
    ⡇⠐
    """#,
    "roc small, ASCII": #"""
         __-----
     _---'--
    /'-'.
    |.
    """#,
    "roc, ASCII": #"""
    true positive rate
    1.0+           .          .         .      ::::___------A--
       |                            :::.__------A--B----''
    0.8+           .       :::__----A---::__-----'.. '        .
       |            ::._A-----':   ._--B--'  . .'
    0.6+       ::_-----:     __-----    ... '      .          .
       |    :_---'     __--B-'      . .'
       |  ./A'    _----'        .. '
    0.4+:+-  ._B--'.      .. .'         .          .          .
       ||:_/--       . ..
    0.2++/'      ....         .          A == error zone  0.90
       ||   . ..                         B == min-k       0.50
    0.0+|. '
       ++----------+----------+---------+----------+----------+
       0.0        0.2        0.4       0.6        0.8        1.0
                         false positive rate
    """#,
    "rows": #"""
     1 Runs ▌2 Sequences  3 Tokens                          demo
     label=member  Saved.                                  12/99
    Enter open  m mark  ? help
    Scoring █████────────── 30,000/90,000  33%  1.2k/s  50s left
    /family:漢字                                         3 of 99
    """#,
    "rows narrow": #"""
     1 ▌2 Sequences  3
    Saved.             12/99
    Enter open  ? help
    Scoring 30,000/90,000
    /family:漢字     3 of 99
    """#,
    "rows narrow, ASCII": #"""
     1 >2 Sequences  3
    Saved.             12/99
    Enter open  ? help
    Scoring 30,000/90,000
    /family:漢字     3 of 99
    """#,
    "rows, ASCII": #"""
     1 Runs >2 Sequences  3 Tokens                          demo
    [label=member] Saved.                                  12/99
    Enter open  m mark  ? help
    Scoring #####.......... 30,000/90,000  33%  1.2k/s  50s left
    /family:漢字                                         3 of 99
    """#,
    "scatter": #"""
    score, LoRA                     ● member  ○ non-member
     3┤ LoRA only 4 ·            ┊           ·       ●●⡀● ⠁
      │                          ┊             ●●⡀⠠ ⠂⠈   ●
     2┤             ·            ┊     ●   ○○○⠂○ ● ◆●     ·
      │                          ┊ ○○ ○ ⠄⠐●●●●     both 20
      │                       ○  ●●●●⠁● ○ ○
     1┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈○┈┈┈●●┈●●○┈○○┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
      │ neither 33  ●●●○ ○○○ ○ ● ┊
     0┤         ○○○⠄○○⠁● ●       ┊           ·            ·
      │  ○ ○○⠄⠐ ⠁ ●              ┊
    -1┤⡀○ ⠂⠈ ○○                  ┊             full only 3
      └┬────────────┬────────────┬───────────┬────────────┬
      -1            0            1           2            3
                           score, full
    """#,
    "scatter, ASCII": #"""
    score, LoRA                     * member  o non-member
     3+ LoRA only 4 .            :           .       **.* '
      |                          :             **.. .'   *
     2+             .            :     *   ooo.o * @*     .
      |                          : oo o ..****     both 20
      |                       o  ****'* o o
     1+---------------o---**-**o-oo------------------------
      | neither 33  ***o ooo o * :
     0+         ooo.oo'* *       :           .            .
      |  o oo.. ' *              :
    -1+.o .' oo                  :             full only 3
      ++------------+------------+-----------+------------+
      -1            0            1           2            3
                           score, full
    """#,
    "too small": #"""

          Terminal too small
        needs 40×12, has 30×4

    """#,
    "too small, ASCII": #"""

          Terminal too small
        needs 40x12, has 30x4

    """#,
    "trend": #"""
    AUC by epoch
    1.0┤     ·        ·         ·        ┬
       │                               ⣀⣀F
       │                       ⢀F⠤⠤⠒⠒⠉⠉  ┴
    0.8┤     ·        ┬    ⣀⠤⠔⠊⠁┴        ·
       │              F⡠⠔⠊⠉
    0.6┤     ┬  ⢀⣀⠤⠔⠊⠉┴         ·      ⢀⣀L
       │     F⠒⠊⠁   ⢀⣀L⣀⣀⠤⠤⠤⠤⠤⠒⠒L⠒⠊⠉⠉⠉⠉⠁
       │┈┈┈┈┈L⠒⠊⠉⠉⠉⠉⠁┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈ F ━━ full
    0.4┤                             L ━━ LoRA
       └─────┬────────┬─────────┬────────┬─────
             1        2         3        4
    """#,
    "trend, ASCII": #"""
    AUC by epoch
    1.0+     .        .         .        +
       |                               __F
       |                       .F------  +
    0.8+     .        +    _---'+        .
       |              F_---
    0.6+     +  ._----+         .      ._L
       |     F--'   ._L__-------L------'
       |-----L------'--------------- F == full
    0.4+                             L == LoRA
       +-----+--------+---------+--------+-----
             1        2         3        4
    """#,
  ]
}
